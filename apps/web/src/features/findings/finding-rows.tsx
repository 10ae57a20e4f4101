'use client';
import { type FindingRow, MAX_FINDINGS_OFFSET } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useLayoutEffect, useState } from 'react';
import { useLocale } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { FindingLine } from '../../shared/findings/finding-line.tsx';
import { groupListInput, PAGE_FINDINGS } from './findings-inputs.ts';
import { MoreRow } from './more-row.tsx';
import { PendingRow } from './pending-row.tsx';
import { isSameFinding, type OpenFinding, type ShownList } from './shown-list.ts';

/** Commands, evidence and the mute: not loaded before one is opened. */
const FindingDetail = dynamic(() =>
  import('../../shared/findings/finding-detail.tsx').then((module) => module.FindingDetail),
);

interface FindingRowsProps {
  groupKey: string;
  shown: ShownList;
  finding: OpenFinding;
}

/** The findings of a group, a page after the other. */
export function FindingRows(props: FindingRowsProps) {
  const [pages, setPages] = useState(1);
  return (
    <ul>
      {Array.from({ length: pages }, (_, page) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
        <FindingPage key={page} {...props} page={page} more={page === pages - 1 ? () => setPages(pages + 1) : null} />
      ))}
    </ul>
  );
}

interface FindingPageProps extends FindingRowsProps {
  page: number;
  /** Of the last page: shows the next one. */
  more: (() => void) | null;
}

function FindingPage({ groupKey, shown, finding, page, more }: FindingPageProps) {
  const trpc = useTRPC();
  const input = groupListInput(shown.query, useLocale(), groupKey, page);
  const read = useQuery({ ...trpc.findings.list.queryOptions(input), placeholderData: keepPreviousData });
  if (!read.data) return <PendingRow read={read} />;
  const { findings, total } = read.data;
  const upTo = input.offset + findings.length;
  return (
    <>
      {findings.map((row) => (
        <Row key={`${row.hostId}/${row.findingNo}`} row={row} shown={shown} finding={finding} />
      ))}
      {more && findings.length > 0 && upTo < total && (
        <MoreRow shown={upTo} total={total} more={upTo + PAGE_FINDINGS <= MAX_FINDINGS_OFFSET ? more : null} />
      )}
    </>
  );
}

interface RowProps {
  row: FindingRow;
  shown: ShownList;
  finding: OpenFinding;
}

function Row({ row, shown, finding }: RowProps) {
  const open = isSameFinding(finding.address, row);
  const { hostId, findingNo } = row;
  const { place } = finding;
  // Before it is painted, or the detail would be seen over the list for a moment.
  useLayoutEffect(() => {
    if (!open) return;
    place(true);
    return () => place(false);
  }, [open, place]);
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        data-row
        aria-expanded={open}
        aria-controls={open ? shown.detailId : undefined}
        onClick={() => finding.turn({ hostId, findingNo })}
        className="block w-full py-2.5 pr-4 pl-10 text-left outline-offset-[-2px] hover:bg-hover aria-expanded:bg-hover aria-expanded:shadow-[inset_2px_0_var(--fg)] max-md:px-3"
      >
        <FindingLine finding={row} showHost={shown.query.by === 'rule'} showRule={shown.query.by !== 'rule'} />
      </button>
      {open && finding.inPlace && (
        <div id={shown.detailId} className="border-t border-line px-10 py-4 max-md:px-3">
          <FindingDetail hostId={hostId} findingNo={findingNo} />
        </div>
      )}
    </li>
  );
}
