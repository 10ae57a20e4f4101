import type { CollectorFigures } from './bench-collector.ts';

const NAME_WIDTH = 34;
const VALUE_WIDTH = 12;

/** For people: a column a form. */
export function collectorTable(figures: readonly CollectorFigures[]): string {
  const rows: [string, (of: CollectorFigures) => string][] = [
    ['', ({ form }) => form],
    ['resident, MB (median)', ({ residentMb }) => residentMb.toFixed(1)],
    ['resident, MB (most)', ({ peakResidentMb }) => peakResidentMb.toFixed(1)],
    ['anonymous, MB (median)', ({ anonymousMb }) => anonymousMb.toFixed(1)],
    ['idle client, resident, MB', ({ idle }) => idle.residentMb.toFixed(1)],
    ['over the idle client, MB', ({ overIdleMb }) => overIdleMb.toFixed(1)],
    ['CPU, % of a core', ({ cpuPercent }) => cpuPercent.toFixed(2)],
    ['written to the spool, MB/h', ({ spoolMbPerHour }) => spoolMbPerHour.toFixed(2)],
  ];
  return rows
    .map(([name, value]) => name.padEnd(NAME_WIDTH) + figures.map((one) => value(one).padStart(VALUE_WIDTH)).join(''))
    .join('\n');
}
