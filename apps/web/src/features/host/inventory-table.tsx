'use client';
import type { ItemView } from '@silt/domain';
import {
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Header,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import dynamic from 'next/dynamic';
import { type ReactNode, type Ref, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { rangeText } from '../../shared/inventory/held-size.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { inventoryColumns } from './inventory-columns.tsx';
import { DEFAULT_SORT, INVENTORY_COLUMNS, type InventoryQuery, sizeRank } from './inventory-query.ts';

/** Rows before anybody asked for all. */
const FIRST_ROWS = 25;
/** Up to so many items every row is in the page. */
const VIRTUAL_FROM_ROWS = 200;
const VirtualRows = dynamic(() => import('../../shared/ui/virtual-rows.tsx').then((module) => module.VirtualRows));

interface InventoryTableProps {
  /** Filtered. */
  items: ItemView[];
  /** When the inventory was read, and the moment that is shown (null = live). */
  readAt: string;
  asOf: string | null;
  sort: InventoryQuery['sort'];
  change(next: Partial<InventoryQuery>): void;
  /** Rows of sums below those of the items. */
  footer: ReactNode;
}

export function InventoryTable({ items, readAt, asOf, sort, change, footer }: InventoryTableProps) {
  const t = useTranslations('inventory');
  const { column, descending } = sort;
  const sorting = useMemo<SortingState>(() => [{ id: column, desc: descending }], [column, descending]);
  const largestBytes = useMemo(() => items.reduce((largest, item) => Math.max(largest, sizeRank(item)), 0), [items]);
  const table = useReactTable({
    data: items,
    columns: inventoryColumns,
    state: { sorting },
    meta: { asOf, readAt, largestBytes },
    enableMultiSort: false,
    // There are no pages; to go back to the first after each sort would render without end.
    autoResetPageIndex: false,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getRowId: (item) => item.key,
    onSortingChange: (next) => {
      const [first] = typeof next === 'function' ? next(sorting) : next;
      const chosen = INVENTORY_COLUMNS.find((name) => name === first?.id);
      change({ sort: chosen && first ? { column: chosen, descending: first.desc } : DEFAULT_SORT });
    },
  });
  const tableRef = useRef<HTMLTableElement>(null);
  const scrollerRef = useRef<((index: number) => void) | null>(null);
  const [showsAll, setShowsAll] = useState(false);
  const all = table.getRowModel().rows;
  const rows = showsAll ? all : all.slice(0, FIRST_ROWS);
  const rest = all.slice(rows.length).map(({ original }) => original);
  const width = inventoryColumns.length;
  const renderRow = (index: number, measure?: Ref<HTMLTableRowElement>): ReactNode => {
    const row = rows[index];
    return (
      row && (
        <tr key={row.id} ref={measure} data-index={index} aria-rowindex={index + 2} className="hover:bg-hover">
          {row.getVisibleCells().map(({ id, column, getContext }) => (
            <td key={id} className={`body-cell ${column.columnDef.meta?.className ?? ''}`}>
              {flexRender(column.columnDef.cell, getContext())}
            </td>
          ))}
        </tr>
      )
    );
  };
  return (
    <ScrollRegion label={t('table')}>
      <table ref={tableRef} aria-rowcount={all.length + 1} className="w-full border-collapse" aria-label={t('table')}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <HeadCell key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {rows.length > VIRTUAL_FROM_ROWS ? (
            <VirtualRows
              count={rows.length}
              width={width}
              tableRef={tableRef}
              scrollerRef={scrollerRef}
              renderRow={renderRow}
            />
          ) : (
            rows.map((_, index) => renderRow(index))
          )}
        </tbody>
        <tfoot className="border-t border-line-2">
          {rest.length > 0 && <RestRow items={rest} width={width} showAll={() => setShowsAll(true)} />}
          {footer}
        </tfoot>
      </table>
    </ScrollRegion>
  );
}

/** Rows that are not shown yet, with what they hold together. */
function RestRow({ items, width, showAll }: { items: readonly ItemView[]; width: number; showAll(): void }) {
  const t = useTranslations('inventory');
  const sum = (field: 'leastBytes' | 'mostBytes'): number =>
    items.reduce((total, item) => total + (item.counted ? (item[field] ?? 0) : 0), 0);
  return (
    <tr>
      <td colSpan={width - 1} className="body-cell text-fg-2">
        <button type="button" className="btn btn-small" onClick={showAll}>
          {t('showRest', { count: items.length })}
        </button>
      </td>
      <td className="body-cell text-right text-fg-2">{rangeText(sum('leastBytes'), sum('mostBytes'), t)}</td>
    </tr>
  );
}

function HeadCell({ header }: { header: Header<ItemView, unknown> }) {
  const { column, getContext } = header;
  const sorted = column.getIsSorted();
  const label = flexRender(column.columnDef.header, getContext());
  const order = sorted === 'desc' ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={sorted ? order : undefined}
      className={`head-cell relative aria-[sort]:text-fg ${column.columnDef.meta?.right ? 'text-right' : ''}`}
    >
      {column.getCanSort() ? (
        <button type="button" className="head-button" onClick={column.getToggleSortingHandler()}>
          {label}
          {sorted && <span aria-hidden="true">{sorted === 'desc' ? ' ↓' : ' ↑'}</span>}
        </button>
      ) : (
        label
      )}
    </th>
  );
}
