'use client';
import dynamic from 'next/dynamic';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { FleetBody } from './fleet-body.tsx';
import { FLEET_COLUMNS, type FleetColumn } from './fleet-columns.tsx';
import { listKey } from './fleet-inputs.ts';
import { DEFAULT_SORT, type FleetQuery, type QueryChange } from './fleet-query.ts';
import { nextSort } from './next-sort.ts';
import type { FleetList } from './use-fleet-list.ts';

/** Below all rows: the table can be used before it is loaded. */
const FleetFooter = dynamic(() => import('./fleet-footer.tsx').then((module) => module.FleetFooter));

interface FleetTableProps {
  list: FleetList;
  /** Hosts that match in any state, and in the state that was chosen. */
  hosts: number;
  shown: number;
  query: FleetQuery;
  /** `list` is of the query before. */
  updating: boolean;
  failed: boolean;
  change(next: QueryChange): void;
  range: { first: number; last: number };
  showRange(first: number, last: number): void;
}

const isDefault = (sort: FleetQuery['sort']): boolean => sort.column === DEFAULT_SORT.column && !sort.descending;

/** Index of the first host of unknown state, where those stand last; −1 = they do not, or there is none. */
function firstUnknownOf({ groupByTag, sort, states }: FleetQuery, { counts, places }: FleetList): number {
  const together = !groupByTag && isDefault(sort) && (states.length === 0 || states.includes('unknown'));
  return together && counts.unknown > 0 ? Math.max(0, places.length - counts.unknown) : -1;
}

export function FleetTable(props: FleetTableProps) {
  const { list, hosts, shown, query, updating, failed, change, range, showRange } = props;
  const t = useTranslations('fleet');
  const tableRef = useRef<HTMLTableElement>(null);
  const card = useTopOfNewList(listKey(query));
  const turn = (tag: string | null): void => {
    change(({ turned }) => ({
      turned: turned.includes(tag) ? turned.filter((other) => other !== tag) : [...turned, tag],
    }));
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
          className="w-full border-collapse aria-busy:opacity-60 max-md:block md:min-w-[1050px] md:table-fixed"
        >
          <thead className="max-md:hidden">
            <tr>
              {FLEET_COLUMNS.map((column) => (
                <HeadCell key={column.title} column={column} order={query.sort} change={(sort) => change({ sort })} />
              ))}
            </tr>
          </thead>
          <FleetBody
            list={list}
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
          <button type="button" className="btn btn-small" onClick={() => change({ text: '', states: [], tag: null })}>
            {t('clearFilter')}
          </button>
        </p>
      )}
      <FleetFooter rows={list.loaded} shown={shown} total={hosts} byDaysLeft={isDefault(query.sort)} />
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

interface HeadCellProps {
  column: FleetColumn;
  order: FleetQuery['sort'];
  change(order: FleetQuery['sort']): void;
}

function HeadCell({ column: { title, sort, right, width }, order, change }: HeadCellProps) {
  const t = useTranslations('fleet.columns');
  const sorted = sort !== null && order.column === sort;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (order.descending ? 'descending' : 'ascending') : undefined}
      className={`head-cell aria-[sort]:text-fg ${right === true ? 'text-right' : ''} ${width}`}
    >
      {sort === null ? (
        t(title)
      ) : (
        <button type="button" className="head-button" onClick={() => change(nextSort(order, sort))}>
          {t(title)}
          {sorted && <span aria-hidden="true">{order.descending ? ' ↓' : ' ↑'}</span>}
        </button>
      )}
    </th>
  );
}
