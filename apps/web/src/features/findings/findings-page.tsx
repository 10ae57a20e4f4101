'use client';
import type { FindingGroups } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useCallback, useId, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { useWide } from '../../shared/ui/use-wide.ts';
import { FindingsFilter } from './findings-filter.tsx';
import { groupsInput, listKey } from './findings-inputs.ts';
import { FindingsList } from './findings-list.tsx';
import type { FindingsPageQuery } from './findings-query.ts';
import { FindingsSummary } from './findings-summary.tsx';
import { FindingsTabs } from './findings-tabs.tsx';
import { NoFindings } from './no-findings.tsx';
import { isSameFinding, type OpenFinding } from './shown-list.ts';
import { useFilterNames } from './use-filter-names.ts';
import { useFindingsQuery } from './use-findings-query.ts';

const SKELETON_ROWS = 8;
/** A list as short as this is open from the beginning. */
const FEW_GROUPS = 8;
const FEW_FINDINGS = 30;
const FindingAside = dynamic(() => import('./finding-aside.tsx').then((module) => module.FindingAside));

interface FindingsPageProps {
  /** Rules there are. */
  rules: number;
}

export function FindingsPage({ rules }: FindingsPageProps) {
  const t = useTranslations('findings');
  const trpc = useTRPC();
  const [query, change] = useFindingsQuery();
  const names = useFilterNames(query);
  const read = useQuery({
    ...trpc.findings.groups.queryOptions(groupsInput(query, useLocale(), 0)),
    placeholderData: keepPreviousData,
  });
  const wide = useWide();
  const { finding, aside } = useOpenFinding(wide, query, (address) => change({ finding: address }));
  const detailId = useId();
  const { address } = finding;
  const card = aside && address && (
    <FindingAside address={address} id={detailId} close={() => change({ finding: null })} />
  );
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
      <FindingsSummary />
      <FindingsTabs
        list={query.list}
        counts={read.data?.lists ?? null}
        change={(list) => change({ list, open: null, finding: null })}
      >
        <FindingsFilter
          query={query}
          counts={query.list === 'standing' ? (read.data?.counts ?? null) : null}
          names={names}
          change={change}
        />
        <div
          className={
            card ? 'grid-cols-[minmax(0,1fr)_minmax(0,clamp(420px,38%,620px))] items-start gap-4 lg:grid' : undefined
          }
        >
          {!wide && card}
          <FindingsBody query={query} read={read} rules={rules} detailId={detailId} finding={finding} change={change} />
          {wide && card}
        </div>
      </FindingsTabs>
    </>
  );
}

interface FindingsBodyProps {
  query: FindingsPageQuery;
  read: {
    data: FindingGroups | undefined;
    error: unknown;
    errorUpdateCount: number;
    isFetching: boolean;
    isPlaceholderData: boolean;
    refetch(): unknown;
  };
  rules: number;
  detailId: string;
  finding: OpenFinding;
  change: ReturnType<typeof useFindingsQuery>[1];
}

function FindingsBody({ query, read, rules, detailId, finding, change }: FindingsBodyProps) {
  const { data, isPlaceholderData: updating } = read;
  // What is listed until the answer to another question is there.
  const [settled, setSettled] = useState(query);
  if (!updating && settled !== query) setSettled(query);
  if (!data || (updating && read.error !== null))
    return read.errorUpdateCount > 0 ? (
      <Failure error={read.error} retry={() => void read.refetch()} retrying={read.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  if (data.total === 0 && !updating) return <NoFindings query={query} rules={rules} change={change} />;
  return (
    <FindingsList
      key={listKey(settled)}
      shown={{ query: settled, detailId }}
      finding={finding}
      openAtFirst={openAtFirst(data, settled)}
      updating={updating}
      change={change}
    />
  );
}

const openAtFirst = ({ groups, total, lists }: FindingGroups, { list }: FindingsPageQuery): string[] =>
  total === 1 || (total <= FEW_GROUPS && lists[list] <= FEW_FINDINGS) ? groups.map(({ key }) => key) : [];

/** The open finding, and whether its detail has a card of its own: where two columns have room, or no row of it is there. */
function useOpenFinding(
  wide: boolean,
  { finding: address }: FindingsPageQuery,
  show: (next: OpenFinding['address']) => void,
) {
  const [placed, setPlaced] = useState(false);
  const place = useCallback((isThere: boolean) => setPlaced(isThere), []);
  const finding: OpenFinding = {
    address,
    inPlace: !wide,
    turn: (next) => show(isSameFinding(address, next) ? null : next),
    place,
  };
  return { finding, aside: address !== null && (wide || !placed) };
}
