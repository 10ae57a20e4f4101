import type { ProbesBenchResult } from './bench-probes.ts';
import type { Cost } from './measure.ts';

const NAME_WIDTH = 34;
const VALUE_WIDTH = 15;

/** For people: a line a probe, milliseconds of one call. */
export function probesTable({ size, probes, fast, firstSlow, slow, baseline }: ProbesBenchResult): string {
  const { subvolumes, layers, containers, processes, mountNamespaces } = size;
  const rows: [string, Cost, number | null][] = [
    ...probes.map((one): [string, Cost, number | null] => [one.name, one, one.referenceMs]),
    ['fast beat, whole', fast, null],
    ['slow beat, the first', firstSlow, null],
    ['slow beat, whole', slow, null],
    ['mountinfo of every process', baseline, 42.66],
  ];
  return [
    `${subvolumes} subvolumes, ${layers} layers, ${containers} containers, ${processes} processes of ours, ${mountNamespaces} mount namespaces`,
    head(['', 'wall, ms', 'CPU, ms', 'programs, ms', 'reference']),
    ...rows.map(([name, { wallMedianMs, cpuMs, childrenCpuMs }, reference]) =>
      head([name, fixed(wallMedianMs), fixed(cpuMs), fixed(childrenCpuMs), reference === null ? '' : fixed(reference)]),
    ),
  ].join('\n');
}

const head = ([name = '', ...values]: string[]): string =>
  name.padEnd(NAME_WIDTH) + values.map((value) => value.padStart(VALUE_WIDTH)).join('');

const fixed = (value: number): string => value.toFixed(1);
