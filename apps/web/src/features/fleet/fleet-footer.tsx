'use client';
import type { FleetRow } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { useAgo } from '../../shared/intl/moment.tsx';
import { useLive } from '../../shared/live/live-shell.tsx';

interface FleetFooterProps {
  rows: readonly FleetRow[];
  total: number;
  /** In the default order. */
  byState: boolean;
}

export function FleetFooter({ rows, total, byState }: FleetFooterProps) {
  const t = useTranslations();
  const ago = useAgo();
  const { lostSince } = useLive();
  const lastBeat = rows.reduce<string | null>(
    (last, { lastSeenAt }) => (lastSeenAt !== null && (last === null || lastSeenAt > last) ? lastSeenAt : last),
    null,
  );
  return (
    <footer className="flex flex-wrap gap-x-4 gap-y-2 border-t border-line px-4 py-2.5 text-xs text-fg-3 max-md:px-3">
      <span className="mr-auto">
        {t('fleet.shown', { shown: rows.length, total, order: byState ? 'state' : 'other' })}
      </span>
      <span className="flex items-center gap-1 max-md:hidden">
        <kbd className="key">↑</kbd> <kbd className="key">↓</kbd> {t('fleet.keyMove')}
      </span>
      <span className="flex items-center gap-1 max-md:hidden">
        <kbd className="key">Enter</kbd> {t('fleet.keyOpen')}
      </span>
      <span>
        {lostSince !== null ? t('live.connecting') : lastBeat !== null && t('live.live', { ago: ago(lastBeat) })}
      </span>
    </footer>
  );
}
