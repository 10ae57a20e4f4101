'use client';
import type { FleetRow } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { MIN_HISTORY_HOURS } from '../../shared/format/days-text.ts';
import { hostPath } from '../../shared/format/host-path.ts';
import { useAgo } from '../../shared/intl/moment.tsx';

/**
 * What a new installation is told: nothing came yet, or one host is there and its history begins. Nothing is told while
 * not all hosts are read.
 */
export function FirstMinutes({ hosts, rows }: { hosts: number; rows: readonly FleetRow[] }) {
  const t = useTranslations('fleet');
  const ago = useAgo();
  if (rows.length < hosts) return null;
  const [only] = rows;
  if (!only || rows.every(({ lastSeenAt }) => lastSeenAt === null)) {
    return (
      <section className="card mb-4">
        <div className="grid max-w-[72ch] gap-3 px-6 py-8">
          <h2 className="text-lg font-semibold">{t('emptyTitle')}</h2>
          <p className="text-fg-2">{t('emptyText')}</p>
          <p className="text-fg-2">{t('emptyIfNot')}</p>
        </div>
      </section>
    );
  }
  const daysRead = only.sparkline.filter((day) => day !== null).length;
  if (hosts > 1 || only.lastSeenAt === null || daysRead > 1) return null;
  return (
    <section className="card mb-4">
      <div className="card-body grid max-w-[72ch] justify-items-start gap-3">
        <div>
          <h2 className="text-lg font-semibold">{t('oneTitle')}</h2>
          <p className="text-fg-2">
            {t('oneText', { read: only.coverage.read, total: only.coverage.total, ago: ago(only.lastSeenAt) })}{' '}
            {t('oneForecast', { hours: MIN_HISTORY_HOURS })}
          </p>
        </div>
        <Link className="btn" href={hostPath(only.hostId)}>
          {t('openHost', { name: only.name })}
        </Link>
      </div>
    </section>
  );
}
