'use client';
import { type FindingGroup, MAX_FINDINGS_OFFSET } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { useLive } from '../../shared/live/live-shell.tsx';
import { FindingGroupRow } from './finding-group.tsx';
import { groupsInput, PAGE_GROUPS } from './findings-inputs.ts';
import type { QueryChange } from './findings-query.ts';
import { MoreRow } from './more-row.tsx';
import { moveFocus } from './move-focus.ts';
import { PendingRow } from './pending-row.tsx';
import type { OpenFinding, ShownList } from './shown-list.ts';

interface FindingsListProps {
  shown: ShownList;
  finding: OpenFinding;
  /** Keys of the first page's groups that are open where the address names none. */
  openAtFirst: readonly string[];
  /** The list is of the query before. */
  updating: boolean;
  change(next: QueryChange): void;
}

/** Groups of findings, a page after the other; arrows go from row to row. */
export function FindingsList({ shown, finding, openAtFirst, updating, change }: FindingsListProps) {
  const t = useTranslations('findings');
  const [pages, setPages] = useState(1);
  const { open } = shown.query;
  const turn = (key: string): void =>
    change((now) => {
      const keys = now.open ?? openAtFirst;
      return { open: keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key] };
    });
  return (
    <section className="card" aria-label={t('list')} aria-busy={updating}>
      <ul onKeyDown={moveFocus} className={updating ? 'opacity-60' : undefined}>
        {Array.from({ length: pages }, (_, page) => (
          <GroupPage
            // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
            key={page}
            page={page}
            shown={shown}
            finding={finding}
            open={open ?? openAtFirst}
            turn={turn}
            more={page === pages - 1 ? () => setPages(pages + 1) : null}
          />
        ))}
      </ul>
      <Foot />
    </section>
  );
}

interface GroupPageProps {
  page: number;
  shown: ShownList;
  finding: OpenFinding;
  open: readonly string[];
  turn(key: string): void;
  /** Of the last page: shows the next one. */
  more: (() => void) | null;
}

function GroupPage({ page, shown, finding, open, turn, more }: GroupPageProps) {
  const trpc = useTRPC();
  const input = groupsInput(shown.query, useLocale(), page);
  const read = useQuery({ ...trpc.findings.groups.queryOptions(input), placeholderData: keepPreviousData });
  if (!read.data) return <PendingRow read={read} />;
  const { groups, total } = read.data;
  const upTo = input.offset + groups.length;
  return (
    <>
      {groups.map((group: FindingGroup) => (
        <FindingGroupRow
          key={group.key}
          group={group}
          shown={shown}
          finding={finding}
          open={open.includes(group.key)}
          turn={() => turn(group.key)}
        />
      ))}
      {more && groups.length > 0 && upTo < total && (
        <MoreRow shown={upTo} total={total} more={upTo + PAGE_GROUPS <= MAX_FINDINGS_OFFSET ? more : null} />
      )}
    </>
  );
}

function Foot() {
  const t = useTranslations();
  const { lostSince } = useLive();
  return (
    <footer className="flex flex-wrap justify-end gap-x-4 gap-y-2 border-t border-line px-4 py-2.5 text-xs text-fg-3 max-md:hidden">
      <span className="mr-auto">{lostSince !== null && t('live.connecting')}</span>
      <span className="flex items-center gap-1">
        <kbd className="key">↑</kbd> <kbd className="key">↓</kbd> {t('findings.keyMove')}
      </span>
      <span className="flex items-center gap-1">
        <kbd className="key">Enter</kbd> {t('findings.keyOpen')}
      </span>
    </footer>
  );
}
