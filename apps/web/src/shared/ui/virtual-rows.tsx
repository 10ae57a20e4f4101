'use client';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type Ref, type RefObject, useEffect, useLayoutEffect, useState } from 'react';

const ROW_HEIGHT = 36;
const OVERSCAN_ROWS = 20;
/** What the server renders before it knows the window's height. */
const FIRST_HEIGHT = 1_200;

interface VirtualRowsProps {
  count: number;
  /** Columns, for the rows that only hold a place. */
  width: number;
  tableRef: RefObject<HTMLTableElement | null>;
  /** Set to what scrolls a row into the window. */
  scrollerRef: RefObject<((index: number) => void) | null>;
  renderRow(index: number, measure: Ref<HTMLTableRowElement>): ReactNode;
  /** Told the first and the last row of those that are in the page. */
  onRange?(first: number, last: number): void;
}

/** Only the rows near the window are in the page. */
export function VirtualRows({ count, width, tableRef, scrollerRef, renderRow, onRange }: VirtualRowsProps) {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const table = tableRef.current;
    if (table) setTop(table.getBoundingClientRect().top + window.scrollY);
  }, [tableRef]);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN_ROWS,
    scrollMargin: top,
    initialRect: { width: 0, height: FIRST_HEIGHT },
  });
  useEffect(() => {
    scrollerRef.current = (index) => virtualizer.scrollToIndex(index, { align: 'auto' });
    return () => {
      scrollerRef.current = null;
    };
  }, [virtualizer, scrollerRef]);
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onRange?.(first, last), [onRange, first, last]);
  const before = (items[0]?.start ?? top) - top;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <>
      <SpacerRow height={before} width={width} />
      {items.map(({ index }) => renderRow(index, virtualizer.measureElement))}
      <SpacerRow height={after} width={width} />
    </>
  );
}

/** Holds the place of rows that are not in the page; its height is an attribute, as style attributes are forbidden. */
function SpacerRow({ height, width }: { height: number; width: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={width} height={height} />
    </tr>
  );
}
