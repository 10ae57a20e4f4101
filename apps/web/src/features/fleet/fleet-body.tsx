'use client';
import type { FleetRow } from '@silt/domain';
import { flexRender, type Row } from '@tanstack/react-table';
import dynamic from 'next/dynamic';
import { Fragment, type ReactNode, type Ref, type RefObject, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { FleetTableRow, GroupRow } from './fleet-table-row.tsx';
import { useRowSelection } from './use-row-selection.ts';

/** Up to so many hosts every row is in the page; most fleets never load the virtualiser. */
const VIRTUAL_FROM_ROWS = 200;
const VirtualRows = dynamic(() => import('./virtual-rows.tsx').then((module) => module.VirtualRows));

interface FleetBodyProps {
  rows: readonly FleetRow[];
  modelRows: readonly Row<FleetRow>[];
  /** Index of the first row of the group "Unknown"; -1 = no such group. */
  firstUnknown: number;
  width: number;
  tableRef: RefObject<HTMLTableElement | null>;
}

export function FleetBody({ rows, modelRows, firstUnknown, width, tableRef }: FleetBodyProps) {
  const t = useTranslations('fleet');
  const scrollerRef = useRef<((index: number) => void) | null>(null);
  const selection = useRowSelection(rows, (index) => scrollerRef.current?.(index));
  const renderRow = (index: number, measure?: Ref<HTMLTableRowElement>): ReactNode => {
    const row = modelRows[index];
    if (!row) return null;
    return (
      <Fragment key={row.id}>
        {index === firstUnknown && (
          <GroupRow width={width}>{t('unknownGroup', { count: rows.length - firstUnknown })}</GroupRow>
        )}
        <FleetTableRow
          index={index}
          measure={measure}
          selected={selection.selectedId === row.id}
          focusable={selection.focusableId === row.id}
          select={() => selection.select(row.id)}
          open={() => selection.open(row.id)}
        >
          {row.getVisibleCells().map(({ id, column, getContext }) => (
            <td
              key={id}
              className={`body-cell in-aria-selected:bg-hover in-[tr:last-child]:border-b-0 ${column.columnDef.meta?.className ?? ''}`}
            >
              {flexRender(column.columnDef.cell, getContext())}
            </td>
          ))}
        </FleetTableRow>
      </Fragment>
    );
  };
  return (
    <tbody className="max-md:block" onKeyDown={selection.onKeyDown}>
      {rows.length > VIRTUAL_FROM_ROWS ? (
        <VirtualRows
          count={rows.length}
          width={width}
          tableRef={tableRef}
          scrollerRef={scrollerRef}
          renderRow={renderRow}
        />
      ) : (
        modelRows.map((_, index) => renderRow(index))
      )}
    </tbody>
  );
}
