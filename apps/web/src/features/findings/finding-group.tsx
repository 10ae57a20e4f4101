'use client';
import { type FindingGroup, type FindingGrouping, formatBytes } from '@silt/domain';
import Link from 'next/link';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { FindingDay } from '../../shared/findings/finding-day.tsx';
import { SeverityMark } from '../../shared/findings/severity-mark.tsx';
import { SEVERITY_ORDER } from '../../shared/findings/severity-order.ts';
import { useCountsText } from '../../shared/findings/use-counts-text.ts';
import { hostPath } from '../../shared/format/host-path.ts';
import { FindingRows } from './finding-rows.tsx';
import type { OpenFinding, ShownList } from './shown-list.ts';

interface FindingGroupRowProps {
  group: FindingGroup;
  shown: ShownList;
  finding: OpenFinding;
  open: boolean;
  turn(): void;
}

/** A rule or a host with the figures of its findings, and beneath it those findings when it is open. */
export function FindingGroupRow({ group, shown, finding, open, turn }: FindingGroupRowProps) {
  const t = useTranslations('findings');
  const id = useId();
  const { by } = shown.query;
  return (
    <li className="border-b border-line last:border-b-0">
      <h2 className="contents">
        <button
          type="button"
          data-row
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={turn}
          className="flex min-h-9 w-full flex-wrap items-center gap-x-4 gap-y-0.5 px-4 py-2 text-left font-normal outline-offset-[-2px] hover:bg-hover max-md:px-3"
        >
          <GroupName group={group} by={by} open={open} />
          <GroupFigures group={group} by={by} isOver={shown.query.list === 'resolved'} />
        </button>
      </h2>
      {open && (
        <div id={id} className="border-t border-line">
          <FindingRows groupKey={group.key} shown={shown} finding={finding} />
          {by === 'host' && (
            <p className="border-t border-line py-2 pr-4 pl-10 max-md:pl-3">
              <Link href={hostPath(group.key)} className="link">
                {t('openHost')}
              </Link>
            </p>
          )}
        </div>
      )}
    </li>
  );
}

function GroupName({ group, by, open }: { group: FindingGroup; by: FindingGrouping; open: boolean }) {
  const worst = SEVERITY_ORDER.find((severity) => group.counts[severity] > 0) ?? 'notice';
  return (
    <span className="flex min-w-0 flex-[1_1_260px] items-center gap-2.5">
      <svg className="size-2.5 flex-none text-fg-3" viewBox="0 0 10 10" aria-hidden="true">
        <path d={open ? 'M1 3l4 4 4-4' : 'M3 1l4 4-4 4'} fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      <SeverityMark severity={worst} />
      <span className="flex min-w-0 flex-wrap items-center gap-x-2">
        <span className="font-semibold wrap-anywhere">{group.name}</span>
        {by === 'rule' && <span className="tag">{group.key}</span>}
      </span>
    </span>
  );
}

interface GroupFiguresProps {
  group: FindingGroup;
  by: FindingGrouping;
  /** They are resolved: what was promised is won back, or was not. */
  isOver: boolean;
}

function GroupFigures({ group, by, isOver }: GroupFiguresProps) {
  const t = useTranslations('findings.group');
  const countsText = useCountsText();
  const { counts, hosts, oldestAt, promisedBytes } = group;
  return (
    <span className="flex max-w-full flex-wrap gap-x-4 text-xs whitespace-nowrap text-fg-2 md:flex-none max-md:pl-[49px]">
      <span className="md:w-60">{countsText(counts)}</span>
      {by === 'rule' && <span className="md:w-16">{t('hosts', { count: hosts })}</span>}
      <span className="md:w-36">{t.rich('oldest', { time: () => <FindingDay at={oldestAt} /> })}</span>
      <span className="md:w-56">
        {promisedBytes !== null && !isOver && t('promised', { bytes: formatBytes(promisedBytes) })}
      </span>
    </span>
  );
}
