'use client';
import type { FleetRow, TagCount } from '@silt/domain';
import dynamic from 'next/dynamic';
import { memo, type Ref } from 'react';
import { useTranslations } from 'use-intl';
import { FLEET_COLUMNS } from './fleet-columns.tsx';
import type { RowActions } from './use-row-selection.ts';

/** Not loaded where hosts are not grouped. */
const GroupCell = dynamic(() => import('./group-cell.tsx').then((module) => module.GroupCell));

interface FleetTableRowProps {
  /** Its place in the list. */
  index: number;
  /** A host, a group, or null for a host that is not read yet. */
  content: FleetRow | GroupContent | null;
  /** Columns of the table. */
  width: number;
  selected: boolean;
  /** Exactly one row can be reached by Tab; the arrow keys go on from it. */
  focusable: boolean;
  /** What was asked for could not be read. */
  failed: boolean;
  /** Tells the virtualiser the row's real height. */
  measure?: Ref<HTMLTableRowElement> | undefined;
  actions: RowActions;
}

export interface GroupContent {
  group: TagCount;
  open: boolean;
}

const ROW =
  'cursor-pointer outline-offset-[-2px] hover:bg-hover aria-selected:shadow-[inset_2px_0_var(--fg)] max-md:border-b max-md:border-line max-md:last:border-b-0';
const CARD_ROW =
  'max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-2.5 max-md:gap-y-1 max-md:px-3 max-md:py-2.5';

function TableRow({ index, content, width, selected, focusable, failed, measure, actions }: FleetTableRowProps) {
  const host = content !== null && 'hostId' in content ? content : null;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      onFocus={() => actions.select(index)}
      onClick={(event) => {
        if (!(event.target instanceof Element && event.target.closest('a, button'))) actions.open(index);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) actions.open(index);
      }}
      className={`${ROW} ${host ? CARD_ROW : 'max-md:block'}`}
    >
      {host &&
        FLEET_COLUMNS.map(({ title, className, cell }) => (
          <td key={title} className={`body-cell in-aria-selected:bg-hover in-[tr:last-child]:border-b-0 ${className}`}>
            {cell(host)}
          </td>
        ))}
      {content && 'group' in content && (
        <GroupCell group={content.group} open={content.open} width={width} turn={() => actions.open(index)} />
      )}
      {content === null && <AwaitedCell width={width} failed={failed} />}
    </tr>
  );
}

/** In the place of a host whose page is being read. */
function AwaitedCell({ width, failed }: { width: number; failed: boolean }) {
  const t = useTranslations();
  return (
    <td
      colSpan={width}
      className="body-cell text-fg-3 max-md:block max-md:h-[104px] max-md:border-b-0 max-md:px-3 max-md:py-2.5"
    >
      {failed ? (
        t('fleet.rowFailed')
      ) : (
        <span className="skeleton block h-3.5 w-full" aria-label={t('common.loading')} role="img" />
      )}
    </td>
  );
}

const contentOf = (content: FleetTableRowProps['content']): unknown =>
  content !== null && 'group' in content ? content.group : content;
const openOf = (content: FleetTableRowProps['content']): unknown =>
  content !== null && 'group' in content ? content.open : null;

/** A row of the table; up to 720 px a card of four lines, its cells placed by the grid areas of their columns. */
export const FleetTableRow = memo(
  TableRow,
  (a, b) =>
    contentOf(a.content) === contentOf(b.content) &&
    openOf(a.content) === openOf(b.content) &&
    a.index === b.index &&
    a.selected === b.selected &&
    a.focusable === b.focusable &&
    a.failed === b.failed &&
    a.actions === b.actions &&
    a.measure === b.measure,
);
