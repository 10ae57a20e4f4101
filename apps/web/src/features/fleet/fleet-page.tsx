'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { FirstMinutes } from './first-minutes.tsx';
import { FleetFilter } from './fleet-filter.tsx';
import { compareRows, matches } from './fleet-rows.ts';
import { FleetTable } from './fleet-table.tsx';
import { useFleetQuery } from './use-fleet-query.ts';

const SKELETON_ROWS = 8;

export function FleetPage() {
  const t = useTranslations('fleet');
  const trpc = useTRPC();
  const fleet = useQuery({ ...trpc.fleet.list.queryOptions(), placeholderData: keepPreviousData });
  const [query, change] = useFleetQuery();
  const rows = useMemo(
    () => (fleet.data?.hosts ?? []).filter((row) => matches(row, query)).sort((a, b) => compareRows(a, b, query.sort)),
    [fleet.data, query],
  );
  if (!fleet.data) {
    return (
      <>
        <h1 className="mb-4 text-xl font-semibold tracking-tight">{t('title')}</h1>
        {fleet.errorUpdateCount > 0 ? (
          <Failure error={fleet.error} retry={() => void fleet.refetch()} retrying={fleet.isFetching} />
        ) : (
          <CardSkeleton rows={SKELETON_ROWS} />
        )}
      </>
    );
  }
  const { hosts, counts } = fleet.data;
  return (
    <>
      <div className="mb-4">
        <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
        {hosts.length > 0 && (
          <p className="mt-0.5 text-fg-2">
            {t('summary', {
              hosts: hosts.length,
              critical: counts.critical,
              warning: counts.warning,
              unknown: counts.unknown,
            })}
          </p>
        )}
      </div>
      <FirstMinutes hosts={hosts} />
      {hosts.length > 0 && (
        <>
          <FleetFilter query={query} counts={counts} change={change} />
          <FleetTable rows={rows} total={hosts.length} query={query} change={change} />
        </>
      )}
    </>
  );
}
