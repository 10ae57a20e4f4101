'use client';
import type { FleetRow, FleetSort } from '@silt/domain';
import type { ReactNode } from 'react';
import { DaysLeftCell } from './days-left-cell.tsx';
import { BackEnds, Coverage, Fill, FillOverTime, GrowthText, HostState, LastSeen, Name } from './fleet-cells.tsx';

export interface FleetColumn {
  /** Key of its title. */
  title: 'state' | 'name' | 'backEnds' | 'fill' | 'sparkline' | 'daysLeft' | 'growth' | 'lastSeen' | 'coverage';
  /** The order that its head asks the server for; null = none. */
  sort: FleetSort | null;
  cell(row: FleetRow): ReactNode;
  /** Numbers stand right. */
  right?: boolean;
  /** Its width from 721 px on; the one without has what the others leave. */
  width: string;
  /** Where the cell stands in a card, up to 720 px. */
  className: string;
}

const CARD = 'max-md:block max-md:h-auto max-md:border-b-0 max-md:p-0 max-md:first:pl-0 max-md:last:pr-0';

/** The same for every row: which rows are in the page never moves a column. */
export const FLEET_COLUMNS: readonly FleetColumn[] = [
  {
    ...{ title: 'state', sort: 'state', width: 'w-[120px]' },
    cell: (row) => <HostState row={row} />,
    className: `${CARD} max-md:col-start-2 max-md:row-start-1 max-md:justify-self-end`,
  },
  {
    ...{ title: 'name', sort: 'name', width: '' },
    cell: (row) => <Name row={row} />,
    className: `${CARD} max-md:col-start-1 max-md:row-start-1 max-md:min-w-0 max-md:text-md`,
  },
  {
    // Up to 1279 px there is no room beside the names; the page of a host has them.
    ...{ title: 'backEnds', sort: null },
    width: 'overflow-hidden max-[1279px]:w-0 max-[1279px]:px-0 min-[1280px]:w-[122px] min-[1400px]:w-[130px]',
    cell: (row) => <BackEnds row={row} />,
    className: 'overflow-hidden max-[1279px]:px-0 max-md:hidden',
  },
  {
    ...{ title: 'fill', sort: 'fill', width: 'w-[176px] min-[1280px]:w-[222px] min-[1400px]:w-[288px]' },
    cell: (row) => <Fill row={row} />,
    className: `${CARD} max-md:col-span-2 max-md:row-start-2 max-md:min-w-0`,
  },
  {
    ...{ title: 'sparkline', sort: null, width: 'w-[148px]' },
    cell: (row) => <FillOverTime row={row} />,
    className: `${CARD} max-md:col-start-1 max-md:row-span-2 max-md:row-start-3`,
  },
  {
    ...{ title: 'daysLeft', sort: 'days-left', width: 'w-[148px] min-[1400px]:w-[228px]' },
    cell: (row) => <DaysLeftCell row={row} />,
    className: `${CARD} max-md:col-start-2 max-md:row-start-3 max-md:text-right`,
  },
  {
    ...{ title: 'growth', sort: 'growth', right: true, width: 'w-[100px] min-[1280px]:w-[108px]' },
    cell: (row) => <GrowthText row={row} />,
    className: `${CARD} text-right max-md:col-start-2 max-md:row-start-4 max-md:text-xs max-md:text-fg-2`,
  },
  {
    ...{ title: 'lastSeen', sort: 'last-seen', right: true, width: 'w-[76px] min-[1400px]:w-[80px]' },
    cell: (row) => <LastSeen row={row} />,
    className: `${CARD} text-right max-md:col-start-1 max-md:row-start-5 max-md:text-left max-md:text-xs`,
  },
  {
    ...{ title: 'coverage', sort: 'coverage', right: true, width: 'w-[74px] min-[1400px]:w-[78px]' },
    cell: (row) => <Coverage row={row} />,
    className: 'text-right max-md:hidden',
  },
];
