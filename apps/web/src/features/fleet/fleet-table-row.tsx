'use client';
import type { ReactNode, Ref } from 'react';

interface FleetTableRowProps {
  index: number;
  /** Tells the virtualiser the row's real height. */
  measure: Ref<HTMLTableRowElement> | undefined;
  selected: boolean;
  /** Exactly one row can be reached by Tab; the arrow keys go on from it. */
  focusable: boolean;
  select(): void;
  open(): void;
  children: ReactNode;
}

/** A row of the table; up to 720 px a card of four lines, its cells placed by the grid areas of their columns. */
export function FleetTableRow({ index, measure, selected, focusable, select, open, children }: FleetTableRowProps) {
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      onFocus={select}
      onClick={(event) => {
        if (!(event.target instanceof Element && event.target.closest('a'))) open();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) open();
      }}
      className="cursor-pointer outline-offset-[-2px] hover:bg-hover aria-selected:shadow-[inset_2px_0_var(--fg)] max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-2.5 max-md:gap-y-1 max-md:border-b max-md:border-line max-md:px-3 max-md:py-2.5 max-md:last:border-b-0"
    >
      {children}
    </tr>
  );
}

export function GroupRow({ width, children }: { width: number; children: ReactNode }) {
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

/** Holds the place of rows that are not in the page; its height is an attribute, as style attributes are forbidden. */
export function SpacerRow({ height, width }: { height: number; width: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={width} height={height} />
    </tr>
  );
}
