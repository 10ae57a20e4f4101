'use client';
import type { CollectorRow } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { hostPath } from '../../shared/format/host-path.ts';
import { Ago, useAge } from '../../shared/intl/moment.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { collectorState } from './collector-state.ts';

interface CellProps {
  host: CollectorRow;
}

export function HostName({ host }: CellProps) {
  const t = useTranslations('common');
  return (
    <>
      <Link href={hostPath(host.hostId)} className="font-medium hover:underline">
        {host.name}
      </Link>
      {host.simulated && <span className="tag ml-1.5 border-dashed">{t('simulated')}</span>}
    </>
  );
}

export function CollectorStateMark({ host }: CellProps) {
  const t = useTranslations('collectors');
  const state = collectorState(host);
  return (
    <span className="inline-flex items-center gap-1.5 font-medium">
      <StateGlyph state={state === 'connected' ? 'ok' : state === 'revoked' ? 'warning' : 'unknown'} />
      {t(`state.${state}`)}
    </span>
  );
}

export function Tags({ host }: CellProps) {
  const t = useTranslations('common');
  if (host.tags.length === 0) return <span className="text-fg-3">{t('none')}</span>;
  return (
    <span className="flex gap-1">
      {host.tags.map((tag) => (
        <span key={tag} className="tag">
          {tag}
        </span>
      ))}
    </span>
  );
}

export function LastSeen({ host }: CellProps) {
  const t = useTranslations('fleet');
  if (host.lastSeenAt === null) return <span className="text-fg-3">{t('neverSeen')}</span>;
  return (
    <span className={host.connection === 'connected' ? 'text-fg-2' : 'font-semibold'}>
      <Ago at={host.lastSeenAt} />
    </span>
  );
}

export function Version({ host }: CellProps) {
  const t = useTranslations('common');
  return host.collectorVersion ?? <span className="text-fg-3">{t('notKnown')}</span>;
}

export function KeyAge({ host }: CellProps) {
  const t = useTranslations();
  const age = useAge();
  if (host.key) return t('collectors.keyAge', { age: age(host.key.createdAt), count: host.key.count });
  if (host.keyRevokedAt === null) return <span className="text-fg-3">{t('common.none')}</span>;
  return <>{t.rich('collectors.keyRevoked', { ago: () => <Ago at={host.keyRevokedAt ?? ''} /> })}</>;
}
