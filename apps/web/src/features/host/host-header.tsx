'use client';
import { currentForecast, type HostView } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { hostPath } from '../../shared/format/host-path.ts';
import { StateMark } from '../../shared/ui/state-mark.tsx';
import { ForecastLine } from './forecast-line.tsx';

interface HostHeaderProps {
  host: HostView;
  /** The page shows a moment that is past. */
  past: boolean;
}

export function HostHeader({ host, past }: HostHeaderProps) {
  const t = useTranslations();
  const { row, facts, collectorVersion, observedAt } = host;
  const current = currentForecast(row.forecast, { ...row, readAt: observedAt }) !== null;
  return (
    <div className="mb-4 flex flex-wrap items-end gap-3">
      <div className="mr-auto min-w-0">
        <p className="mb-1 text-xs text-fg-3">
          <Link href="/" className="hover:text-fg">
            {t('common.fleet')}
          </Link>{' '}
          / {t('common.host')}
        </p>
        <div className="flex flex-wrap items-center gap-2.5">
          <h1 className="text-xl font-semibold tracking-tight">{row.name}</h1>
          {row.connection === 'retired' ? (
            <span className="tag">{t('host.retired')}</span>
          ) : (
            <StateMark state={row.state} />
          )}
          {row.simulated && <span className="tag border-dashed">{t('common.simulated')}</span>}
          {row.tags.map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
          {facts && <span className="tag">{t('host.kernel', { release: facts.kernelRelease })}</span>}
          {facts?.distribution && <span className="tag">{facts.distribution}</span>}
          {collectorVersion !== null && (
            <span className="tag">{t('host.collector', { version: collectorVersion })}</span>
          )}
        </div>
        {observedAt !== null && (
          <div className="mt-1.5">
            <ForecastLine forecast={row.forecast} current={current} past={past} ofHost />
          </div>
        )}
      </div>
      <Link href={`${hostPath(row.hostId)}/compare`} className="btn">
        {t('compare.compareLink')}
      </Link>
    </div>
  );
}
