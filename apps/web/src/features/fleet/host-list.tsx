'use client';
import { STATES, type State } from '@silt/domain';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { FleetFilter } from './fleet-filter.tsx';
import type { FleetQuery, QueryChange } from './fleet-query.ts';
import { FleetTable } from './fleet-table.tsx';
import { useFleetList } from './use-fleet-list.ts';

const SKELETON_ROWS = 8;
/** Only of a fleet that begins something is told. */
const FirstMinutes = dynamic(() => import('./first-minutes.tsx').then((module) => module.FirstMinutes));

interface HostListProps {
  query: FleetQuery;
  change(next: QueryChange): void;
}

const isFiltered = ({ text, tag }: FleetQuery): boolean => text.trim() !== '' || tag !== null;

/** The hosts of the fleet, with what is told of all that match. */
export function HostList({ query, change }: HostListProps) {
  const { list, ...read } = useFleetList(query);
  const failure = <Failure error={read.error} retry={read.retry} retrying={read.retrying} />;
  if (!list) return read.failed ? failure : <CardSkeleton rows={SKELETON_ROWS} />;
  const { counts, loaded, total } = list;
  const hosts = STATES.reduce((sum, state) => sum + counts[state], 0);
  const begins = hosts === 1 || [...loaded.values()].every(({ lastSeenAt }) => lastSeenAt === null);
  if (hosts === 0 && !isFiltered(query)) return <FirstMinutes hosts={0} rows={[]} />;
  return (
    <>
      {hosts > 0 && <Summary hosts={hosts} counts={counts} filtered={isFiltered(query)} />}
      {begins && !isFiltered(query) && <FirstMinutes hosts={hosts} rows={[...loaded.values()]} />}
      <FleetFilter query={query} counts={counts} change={change} />
      {read.updating && read.failed ? (
        failure
      ) : (
        <FleetTable list={list} hosts={hosts} shown={total} query={query} change={change} {...read} />
      )}
    </>
  );
}

interface SummaryProps {
  hosts: number;
  counts: Record<State, number>;
  filtered: boolean;
}

function Summary({ hosts, counts: { critical, warning, unknown }, filtered }: SummaryProps) {
  const t = useTranslations('fleet');
  return (
    <p className="mb-3 text-fg-2">
      {t(filtered ? 'summaryMatching' : 'summary', { hosts, critical, warning, unknown })}
    </p>
  );
}
