'use client';
import type { FleetRow } from '@silt/domain';
import { type ColumnDef, createColumnHelper, type RowData } from '@tanstack/react-table';
import { useTranslations } from 'use-intl';
import { Sparkline } from '../../shared/charts/sparkline.tsx';
import { StateMark } from '../../shared/ui/state-mark.tsx';
import { BackEnds, Coverage, Fill, GrowthText, LastSeen, Name } from './fleet-cells.tsx';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Numbers stand right. */
    right?: boolean;
    /** Where the cell stands in a card, up to 720 px. */
    className: string;
  }
}

type Title = 'state' | 'name' | 'backEnds' | 'fill' | 'sparkline' | 'growth' | 'lastSeen' | 'coverage';
const title = (name: Title) =>
  function ColumnTitle() {
    return useTranslations('fleet.columns')(name);
  };

const CARD = 'max-md:block max-md:h-auto max-md:border-b-0 max-md:p-0 max-md:first:pl-0 max-md:last:pr-0';
const { accessor, display } = createColumnHelper<FleetRow>();

/** A column with an id of the server's orders; the server sorts, so that its value says only that it can. */
export const fleetColumns = [
  accessor('state', {
    id: 'state',
    header: title('state'),
    sortDescFirst: false,
    cell: ({ row }) => <StateMark state={row.original.state} />,
    meta: { className: `${CARD} max-md:col-start-2 max-md:row-start-1 max-md:justify-self-end` },
  }),
  accessor('name', {
    id: 'name',
    header: title('name'),
    cell: ({ row }) => <Name row={row.original} />,
    meta: { className: `${CARD} max-md:col-start-1 max-md:row-start-1 max-md:min-w-0 max-md:text-md` },
  }),
  display({
    id: 'backEnds',
    header: title('backEnds'),
    cell: ({ row }) => <BackEnds row={row.original} />,
    meta: { className: 'max-md:hidden' },
  }),
  accessor('fullest', {
    id: 'fill',
    header: title('fill'),
    sortDescFirst: true,
    cell: ({ row }) => <Fill row={row.original} />,
    meta: { className: `${CARD} max-w-0 w-[34%] max-md:col-span-2 max-md:row-start-2 max-md:w-auto max-md:max-w-none` },
  }),
  display({
    id: 'sparkline',
    header: title('sparkline'),
    cell: ({ row }) => <Sparkline days={row.original.sparkline} />,
    meta: { className: `${CARD} max-md:col-start-1 max-md:row-span-2 max-md:row-start-3` },
  }),
  accessor('growth', {
    id: 'growth',
    header: title('growth'),
    sortDescFirst: true,
    cell: ({ row }) => <GrowthText row={row.original} />,
    meta: { right: true, className: `${CARD} text-right max-md:col-start-2 max-md:row-start-3` },
  }),
  accessor('lastSeenAt', {
    id: 'last-seen',
    header: title('lastSeen'),
    sortDescFirst: true,
    cell: ({ row }) => <LastSeen row={row.original} />,
    meta: { right: true, className: `${CARD} text-right max-md:col-start-2 max-md:row-start-4 max-md:text-xs` },
  }),
  accessor('coverage', {
    id: 'coverage',
    header: title('coverage'),
    sortDescFirst: false,
    cell: ({ row }) => <Coverage row={row.original} />,
    meta: { right: true, className: 'text-right max-md:hidden' },
  }),
] as ColumnDef<FleetRow>[];
