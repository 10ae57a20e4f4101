import { type JudgedSet, measuresOf, together } from './bench-forecast.ts';
import type { Judged, Measures } from './measures.ts';

const NAME_WIDTH = 24;
const VALUE_WIDTH = 12;

interface Column {
  head: string;
  of: (measures: Measures) => number | null;
  decimals: number;
  aim: string;
}

const COLUMNS: readonly Column[] = [
  { head: 'false/month', of: (m) => m.falseAlarmsPerHostMonth, decimals: 3, aim: '≤ 0.02' },
  { head: 'recall', of: (m) => m.recall, decimals: 3, aim: '≥ 0.97' },
  { head: 'worst family', of: (m) => m.worstFamilyRecall, decimals: 3, aim: '≥ 0.90' },
  { head: 'lead h', of: (m) => m.leadHours, decimals: 0, aim: '≥ 60' },
  { head: 'of runaway', of: (m) => m.runawayLeadShare, decimals: 2, aim: '≥ 0.5' },
  { head: 'date error', of: (m) => m.dateError, decimals: 3, aim: '≤ 0.12' },
  { head: 'coverage', of: (m) => m.coverage, decimals: 2, aim: '0.75–0.85' },
  { head: 'daily', of: (m) => m.dailyCoverage, decimals: 2, aim: '' },
  { head: 'CRPS ratio', of: (m) => m.crpsRatio, decimals: 3, aim: '≤ 0.6' },
  { head: 'where both', of: (m) => m.crpsRatioWhereBoth, decimals: 3, aim: '' },
];

/** For people: a line a detector, a table a set, and one of all together where there are several. */
export function forecastTable(sets: readonly JudgedSet[], detectors: readonly string[]): string {
  return (sets.length > 1 ? [...sets, together(sets)] : sets)
    .map(({ name, judged }) =>
      [
        `${name}: ${judged.length} traces of ${countOf(judged)} families, ${exhaustingIn(judged)} exhaust`,
        row('', COLUMNS, ({ head }) => head),
        ...detectors.map((detector) => measuresRow(detector, measuresOf(judged, detector))),
        row('to reach', COLUMNS, ({ aim }) => aim),
      ].join('\n'),
    )
    .join('\n\n');
}

/** For people who tune: a line a family, a table a set and detector. */
export function familyTable(sets: readonly JudgedSet[], detectors: readonly string[]): string {
  return sets
    .flatMap(({ name, judged }) =>
      detectors.map((detector) =>
        [
          `${name}, ${detector}`,
          row('', COLUMNS, ({ head }) => head),
          ...[...Map.groupBy(judged, ({ family }) => family)].map(([family, some]) =>
            measuresRow(family, measuresOf(some, detector)),
          ),
        ].join('\n'),
      ),
    )
    .join('\n\n');
}

const countOf = (judged: readonly Judged[]): number => new Set(judged.map(({ family }) => family)).size;
const exhaustingIn = (judged: readonly Judged[]): number => judged.filter(({ exhausts }) => exhausts).length;

const measuresRow = (name: string, measures: Measures): string =>
  row(name, COLUMNS, ({ of, decimals }) => of(measures)?.toFixed(decimals) ?? '–');

const row = (name: string, columns: readonly Column[], cell: (column: Column) => string): string =>
  name.padEnd(NAME_WIDTH) + columns.map((column) => cell(column).padStart(VALUE_WIDTH + 1)).join('');
