'use client';
import { useTranslations } from 'use-intl';
import { useNow } from '../intl/intl-shell.tsx';
import { LocalTime, useAgo } from '../intl/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { StateGlyph } from '../ui/state-mark.tsx';
import { useLive } from './live-shell.tsx';
import { useOldestUnread } from './use-oldest-unread.ts';

/** A stream that comes back within this is no news. */
const GRACE_MILLISECONDS = 5_000;

export function StaleNotice() {
  const t = useTranslations('live');
  const now = useNow();
  const ago = useAgo();
  const { lostSince, heardAt: streamHeardAt, nextTryAt, tryNow } = useLive();
  const readAt = useOldestUnread();
  const lost = lostSince !== null && now - lostSince >= GRACE_MILLISECONDS;
  if (!lost && readAt === null) return null;
  const heardAt = readAt ?? streamHeardAt;
  const seconds = nextTryAt === null ? null : Math.max(0, Math.ceil((nextTryAt - now) / 1_000));
  return (
    <Notice
      action={
        <>
          {seconds !== null && <span className="text-xs text-fg-3">{t('nextTry', { seconds })}</span>}
          <button type="button" className="btn btn-small" onClick={tryNow}>
            {t('tryNow')}
          </button>
        </>
      }
    >
      <StateGlyph state="unknown" />
      <span>
        <b className="font-semibold">{t('notLive')}</b>{' '}
        {heardAt === null
          ? t('noUpdate')
          : t.rich('lastUpdate', {
              ago: ago(heardAt),
              time: () => <LocalTime at={new Date(heardAt).toISOString()} seconds />,
            })}
      </span>
    </Notice>
  );
}
