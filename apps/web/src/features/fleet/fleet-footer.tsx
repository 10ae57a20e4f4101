'use client';
import type { FleetRow } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { useAgo } from '../../shared/intl/moment.tsx';
import { useLive } from '../../shared/live/live-shell.tsx';

interface FleetFooterProps {
  /** Those that are read. */
  rows: ReadonlyMap<number, FleetRow>;
  /** Hosts in the table, and those that match in any state. */
  shown: number;
  total: number;
  /** In the default order. */
  byDaysLeft: boolean;
}

export function FleetFooter({ rows, shown, total, byDaysLeft }: FleetFooterProps) {
  const t = useTranslations();
  const ago = useAgo();
  const { lostSince } = useLive();
  let lastBeat: string | null = null;
  for (const { lastSeenAt } of rows.values())
    if (lastSeenAt !== null && (lastBeat === null || lastSeenAt > lastBeat)) lastBeat = lastSeenAt;
  return (
    <footer className="flex flex-wrap gap-x-4 gap-y-2 border-t border-line px-4 py-2.5 text-xs text-fg-3 max-md:px-3">
      <span className="mr-auto">{t('fleet.shown', { shown, total, order: byDaysLeft ? 'soonest' : 'other' })}</span>
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
