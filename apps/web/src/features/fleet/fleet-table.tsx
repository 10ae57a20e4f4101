'use client';
import type { FleetRow } from '@silt/domain';
import { flexRender, type Header } from '@tanstack/react-table';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { FleetBody } from './fleet-body.tsx';
import { FleetFooter } from './fleet-footer.tsx';
import { listKey } from './fleet-inputs.ts';
import { DEFAULT_SORT, type FleetQuery } from './fleet-query.ts';
import type { FleetList } from './use-fleet-list.ts';
import { useFleetTable } from './use-fleet-table.ts';

interface FleetTableProps {
  list: FleetList;
  /** Hosts that match in any state, and in the state that was chosen. */
  hosts: number;
  shown: number;
  query: FleetQuery;
  /** `list` is of the query before. */
  updating: boolean;
  failed: boolean;
  change(next: Partial<FleetQuery>): void;
  range: { first: number; last: number };
  showRange(first: number, last: number): void;
}

const isDefault = (sort: FleetQuery['sort']): boolean => sort.column === DEFAULT_SORT.column && !sort.descending;

/** Index of the first host of unknown state, where those stand last; −1 = they do not, or there is none. */
function firstUnknownOf({ groupByTag, sort, state }: FleetQuery, { counts, places }: FleetList): number {
  const together = !groupByTag && isDefault(sort) && (state === null || state === 'unknown');
  return together && counts.unknown > 0 ? Math.max(0, places.length - counts.unknown) : -1;
}

export function FleetTable(props: FleetTableProps) {
  const { list, hosts, shown, query, updating, failed, change, range, showRange } = props;
  const t = useTranslations('fleet');
  const table = useFleetTable(list.loaded, query.sort, change);
  const tableRef = useRef<HTMLTableElement>(null);
  const card = useTopOfNewList(listKey(query));
  const turn = (tag: string): void => {
    const turned = query.turned.includes(tag) ? query.turned.filter((other) => other !== tag) : [...query.turned, tag];
    change({ turned });
  };
  return (
    <section ref={card} className="card scroll-mt-14">
      <div className="md:overflow-x-auto">
        <table
          ref={tableRef}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrow keys move a selection over its rows
          role="grid"
          aria-label={t('table')}
          aria-rowcount={list.places.length + 1}
          aria-busy={updating}
          className="w-full border-collapse aria-busy:opacity-60 max-md:block"
        >
          <thead className="max-md:hidden">
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <HeadCell key={header.id} header={header} />
                ))}
              </tr>
            ))}
          </thead>
          <FleetBody
            list={list}
            table={table}
            failed={failed}
            firstUnknown={updating ? -1 : firstUnknownOf(query, list)}
            tableRef={tableRef}
            range={range}
            showRange={showRange}
            turn={turn}
          />
        </table>
      </div>
      {list.places.length === 0 && (
        <p className="flex items-center gap-3 px-4 py-6">
          {t('noMatch')}
          <button type="button" className="btn btn-small" onClick={() => change({ text: '', state: null, tag: null })}>
            {t('clearFilter')}
          </button>
        </p>
      )}
      <FleetFooter rows={list.loaded} shown={shown} total={hosts} byState={isDefault(query.sort)} />
    </section>
  );
}

/** Of a card whose top is out of the window: another list is shown from its beginning. */
function useTopOfNewList(key: string) {
  const card = useRef<HTMLElement>(null);
  const shown = useRef(key);
  useEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    if (card.current && card.current.getBoundingClientRect().top < 0) card.current.scrollIntoView({ block: 'start' });
  }, [key]);
  return card;
}

function HeadCell({ header }: { header: Header<FleetRow, unknown> }) {
  const { column, getContext } = header;
  const sorted = column.getIsSorted();
  const right = column.columnDef.meta?.right === true;
  const label = flexRender(column.columnDef.header, getContext());
  const order = sorted === 'desc' ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={sorted ? order : undefined}
      className={`head-cell aria-[sort]:text-fg ${right ? 'text-right' : ''}`}
    >
      {column.getCanSort() ? (
        <button type="button" className="h-6 min-w-6 hover:text-fg" onClick={column.getToggleSortingHandler()}>
          {label}
          {sorted && <span aria-hidden="true">{sorted === 'desc' ? ' ↓' : ' ↑'}</span>}
        </button>
      ) : (
        label
      )}
    </th>
  );
}
