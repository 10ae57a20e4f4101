import { RESOURCES, type SeriesName } from '../../series.ts';
import type { ClockName } from './clock.ts';

/** Needed beside the pairs of `RESOURCES`: what moves their capacities. */
const OTHER_SERIES = [
  'dataAllocatedBytes',
  'metadataAllocatedBytes',
  'unallocatedBytes',
  'deviceBytes',
  'poolGroupFreeBytes',
] as const satisfies SeriesName[];

/** Every series that some clock needs. */
export const CLOCK_SERIES: readonly SeriesName[] = [
  ...Object.values(RESOURCES).flatMap(({ used, capacity }) => [used, capacity]),
  ...OTHER_SERIES,
];

/** The series that a page draws beside the clock: what is used, and of the unallocated space what is left. */
export function leadSeriesOf(clock: ClockName): SeriesName {
  return clock === 'btrfsUnallocated' ? 'unallocatedBytes' : RESOURCES[clock].used;
}

/** Whether writes fail once it has run out. */
export function stopsWrites(clock: ClockName): boolean {
  return clock !== 'btrfsUnallocated';
}
