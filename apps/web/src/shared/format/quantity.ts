import { formatBytes, formatSignedBytes, type Unit } from '@silt/domain';
import { numberFormat } from './formatters.ts';

const MINUS = '−';
const COMPACT = { notation: 'compact', maximumSignificantDigits: 3, signDisplay: 'exceptZero' } as const;
const PERCENT = { style: 'percent', maximumFractionDigits: 1 } as const;

/** A reading in its unit. Binary units read the same in both languages; counts are grouped by the language's rule. */
export function formatQuantity(value: number, unit: Unit, locale: string): string {
  return unit === 'bytes' ? formatBytes(value) : numberFormat(locale, {}).format(value);
}

/** Growth with its sign: `+4.61 GiB`, `−96.0 MiB`, `+380K`. */
export function formatSignedQuantity(value: number, unit: Unit, locale: string): string {
  if (unit === 'bytes') return formatSignedBytes(Math.round(value));
  return numberFormat(locale, COMPACT).format(Math.round(value)).replace('-', MINUS);
}

/** Below this a whole per cent says too little. */
const TENTHS_BELOW = 0.1;

/** Rounded down, so that a store at 94.9 % is not shown at the 95 % where its state would be another. */
export function formatFill(fill: number, locale: string): string {
  const steps = fill < TENTHS_BELOW ? 1_000 : 100;
  return numberFormat(locale, PERCENT).format(Math.floor(fill * steps) / steps);
}
