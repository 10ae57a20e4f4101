import { formatBytes, type Unit } from '@silt/domain';
import { numberFormat } from '../format/formatters.ts';

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** At most `count` round numbers from low to high: 1, 2 or 5 of a power of ten of a binary unit. */
export function axisTicks(low: number, high: number, unit: Unit, count: number): number[] {
  const base = unit === 'bytes' ? 1024 : 1000;
  const wanted = (high - low) / count;
  const power = Math.max(0, Math.floor(Math.log(Math.max(1, wanted)) / Math.log(base)));
  const scale = base ** power;
  const step = (STEPS.find((candidate) => candidate * scale >= wanted) ?? base) * scale;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick);
  return ticks;
}

const BINARY_POWERS = { B: 0, KiB: 1, MiB: 2, GiB: 3, TiB: 4, PiB: 5 } as const;

/** One unit for the whole axis, that of its highest tick, with as many digits as tell the ticks apart. */
export function tickLabels(ticks: readonly number[], unit: Unit, locale: string): string[] {
  const format = (value: number, digits: number): string =>
    numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  if (unit === 'count') {
    const compact = numberFormat(locale, { notation: 'compact', maximumSignificantDigits: 4 });
    return ticks.map((tick) => compact.format(tick));
  }
  const [, name = 'B'] = formatBytes(ticks.at(-1) ?? 0).split(' ');
  const scale = 1024 ** BINARY_POWERS[name as keyof typeof BINARY_POWERS];
  const [first = 0, second = first + scale] = ticks;
  const step = (second - first) / scale;
  const digits = Number.isInteger(step) ? 0 : Math.min(3, Math.max(1, Math.ceil(-Math.log10(step))));
  return ticks.map((tick) => (tick === 0 ? '0' : `${format(tick / scale, digits)} ${name}`));
}
