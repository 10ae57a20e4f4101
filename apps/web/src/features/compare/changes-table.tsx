'use client';
import type { StoreComparison } from '@silt/domain';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { type ChangeGroup, magnitudeOf } from './change-groups.ts';
import { COLUMNS, GroupRows } from './change-rows.tsx';
import { SumRows } from './sum-rows.tsx';

/** Rows at first, and more each time. */
const ROWS_STEP = 100;

interface ChangesTableProps {
  store: StoreComparison;
  groups: readonly ChangeGroup[];
  /** The sums are of all items, so they stand only below all of them. */
  isFiltered: boolean;
}

export function ChangesTable({ store, groups, isFiltered }: ChangesTableProps) {
  const t = useTranslations('compare');
  const [rows, setRows] = useState(ROWS_STEP);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string): void => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const { unattributed } = store.attribution;
  const mostBytes = Math.max(0, magnitudeOf(unattributed), ...groups.map(({ delta }) => magnitudeOf(delta)));
  const rest = groups.length - rows;
  return (
    <ScrollRegion label={t('table')}>
      <table className="w-full min-w-[860px] border-collapse" aria-label={t('table')}>
        <Head />
        <tbody>
          {groups.slice(0, rows).map((group) => (
            <GroupRows
              key={group.key}
              group={group}
              mostBytes={mostBytes}
              isOpen={open.has(group.key)}
              toggle={() => toggle(group.key)}
            />
          ))}
          {rest > 0 && (
            <tr>
              <td colSpan={COLUMNS} className="body-cell">
                <button type="button" className="btn btn-small" onClick={() => setRows(rows + ROWS_STEP)}>
                  {t('showMore', { count: Math.min(rest, ROWS_STEP) })}
                </button>
              </td>
            </tr>
          )}
        </tbody>
        {!isFiltered && <SumRows store={store} mostBytes={mostBytes} />}
      </table>
    </ScrollRegion>
  );
}

function Head() {
  const t = useTranslations('compare');
  return (
    <thead>
      <tr>
        <th scope="col" className="head-cell">
          {t('change')}
        </th>
        <th scope="col" className="head-cell">
          {t('columns.item')}
        </th>
        <th scope="col" className="head-cell">
          {t('columns.kind')}
        </th>
        <th scope="col" className="head-cell">
          {t('columns.owner')}
        </th>
        <th scope="col" className="head-cell text-right">
          A
        </th>
        <th scope="col" className="head-cell text-right">
          B
        </th>
        <th scope="col" className="head-cell relative">
          <span className="sr-only">{t('columns.difference')}</span>
        </th>
        <th scope="col" aria-sort="descending" className="head-cell text-right text-fg">
          {t('columns.delta')} <span aria-hidden="true">↓</span>
        </th>
      </tr>
    </thead>
  );
}
