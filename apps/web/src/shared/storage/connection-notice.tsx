'use client';
import type { FleetRow } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { LocalTime, useAgo } from '../intl/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { StateGlyph } from '../ui/state-mark.tsx';

/** Why what stands below is not the present; nothing while beats arrive. */
export function ConnectionNotice({ host }: { host: FleetRow }) {
  const t = useTranslations('host');
  const ago = useAgo();
  const { connection, lastSeenAt, retiredAt } = host;
  if (connection === 'connected') return null;
  return (
    <Notice>
      <StateGlyph state="unknown" />
      <span>
        {retiredAt !== null && t.rich('retiredSince', { time: () => <LocalTime at={retiredAt} /> })}{' '}
        {lastSeenAt === null
          ? t('never')
          : t.rich('silent', { ago: ago(lastSeenAt), time: () => <LocalTime at={lastSeenAt} /> })}
      </span>
    </Notice>
  );
}
