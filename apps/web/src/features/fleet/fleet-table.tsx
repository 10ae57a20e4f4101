'use client';
import type { FleetRow } from '@silt/domain';
import { flexRender, type Header } from '@tanstack/react-table';
import { useMemo, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { FleetBody } from './fleet-body.tsx';
import { FleetFooter } from './fleet-footer.tsx';
import { DEFAULT_SORT, type FleetQuery } from './fleet-query.ts';
import { useFleetTable } from './use-fleet-table.ts';

interface FleetTableProps {
  /** Filtered and in order. */
  rows: FleetRow[];
  total: number;
  query: FleetQuery;
  change(next: Partial<FleetQuery>): void;
}

const isDefault = (sort: FleetQuery['sort']): boolean => sort.column === DEFAULT_SORT.column && !sort.descending;

export function FleetTable({ rows, total, query, change }: FleetTableProps) {
  const t = useTranslations('fleet');
  const table = useFleetTable(rows, query.sort, change);
  const tableRef = useRef<HTMLTableElement>(null);
  const firstUnknown = useMemo(
    () => (isDefault(query.sort) ? rows.findIndex((row) => row.state === 'unknown') : -1),
    [rows, query.sort],
  );
  return (
    <section className="card">
      <div className="md:overflow-x-auto">
        <table
          ref={tableRef}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrow keys move a selection over its rows
          role="grid"
          aria-label={t('table')}
          aria-rowcount={rows.length + 1}
          className="w-full border-collapse max-md:block"
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
            rows={rows}
            modelRows={table.getRowModel().rows}
            firstUnknown={firstUnknown}
            width={table.getAllLeafColumns().length}
            tableRef={tableRef}
          />
        </table>
      </div>
      {rows.length === 0 && (
        <p className="flex items-center gap-3 px-4 py-6">
          {t('noMatch')}
          <button type="button" className="btn btn-small" onClick={() => change({ text: '', states: [] })}>
            {t('clearFilter')}
          </button>
        </p>
      )}
      <FleetFooter rows={rows} total={total} byState={isDefault(query.sort)} />
    </section>
  );
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
