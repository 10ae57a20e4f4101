'use client';
import dynamic from 'next/dynamic';
import { Fragment, type ReactNode, type Ref, type RefObject, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { FLEET_COLUMNS } from './fleet-columns.tsx';
import { PAGE_HOSTS } from './fleet-places.ts';
import { FleetTableRow } from './fleet-table-row.tsx';
import type { FleetList } from './use-fleet-list.ts';
import { useRowSelection } from './use-row-selection.ts';

/** A list of one page is in the document as a whole; most fleets never load the virtualiser. */
const VirtualRows = dynamic(() => import('../../shared/ui/virtual-rows.tsx').then((module) => module.VirtualRows));

interface FleetBodyProps {
  list: FleetList;
  failed: boolean;
  /** Index of the first host whose state is unknown; -1 = they do not stand together. */
  firstUnknown: number;
  tableRef: RefObject<HTMLTableElement | null>;
  /** Places in the page, about. */
  range: { first: number; last: number };
  showRange(first: number, last: number): void;
  turn(tag: string | null): void;
}

export function FleetBody(props: FleetBodyProps) {
  const { list, failed, firstUnknown, tableRef, range, showRange, turn } = props;
  const t = useTranslations('fleet');
  const scrollerRef = useRef<((index: number) => void) | null>(null);
  const selection = useRowSelection({ list, scrollTo: (index) => scrollerRef.current?.(index), range, turn });
  const width = FLEET_COLUMNS.length;
  const contentAt = (index: number) => {
    const place = list.places.at(index);
    return place?.kind === 'group' ? place : (list.loaded.get(index) ?? null);
  };
  const renderRow = (index: number, measure?: Ref<HTMLTableRowElement>): ReactNode => (
    <Fragment key={index}>
      {index === firstUnknown && (
        <DividerRow width={width}>{t('unknownGroup', { count: list.places.length - firstUnknown })}</DividerRow>
      )}
      <FleetTableRow
        index={index}
        content={contentAt(index)}
        width={width}
        selected={selection.index === index}
        focusable={selection.focusable === index}
        failed={failed}
        measure={measure}
        actions={selection.actions}
      />
    </Fragment>
  );
  return (
    <tbody className="max-md:block" onKeyDown={selection.onKeyDown}>
      {list.places.length > PAGE_HOSTS ? (
        <VirtualRows
          count={list.places.length}
          width={width}
          tableRef={tableRef}
          scrollerRef={scrollerRef}
          renderRow={renderRow}
          onRange={showRange}
        />
      ) : (
        Array.from({ length: list.places.length }, (_, index) => renderRow(index))
      )}
    </tbody>
  );
}

function DividerRow({ width, children }: { width: number; children: ReactNode }) {
  return (
    <tr className="max-md:block">
      <td
        colSpan={width}
        className="h-7 border-b border-line bg-raised px-4 text-xs font-medium text-fg-2 max-md:block max-md:px-3 max-md:py-1.5"
      >
        {children}
      </td>
    </tr>
  );
}
