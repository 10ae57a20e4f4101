import { type Connection, formatBytes, formatSignedBytes, type State, type Unit } from '@silt/domain';
import type { Severity } from '@silt/domain/findings';
import type { Cell, Style } from './table.ts';

/** Not read is another thing than zero. */
export const NOT_READ = 'not read';
export const NONE = '-';
const MINUS = '−';
const COUNT = new Intl.NumberFormat('en-GB');

export const quantity = (value: number | null | undefined, unit: Unit): string => {
  if (value === null || value === undefined) return NOT_READ;
  return unit === 'bytes' ? formatBytes(value) : COUNT.format(value);
};

export function signedQuantity(value: number, unit: Unit): string {
  const rounded = Math.round(value);
  if (unit === 'bytes') return formatSignedBytes(rounded);
  return `${rounded > 0 ? '+' : ''}${COUNT.format(rounded)}`.replace('-', MINUS);
}

interface Range {
  leastBytes: number | null;
  mostBytes: number | null;
}

/** `1.20 GiB`, `1.20 … 3.40 GiB` where own and shared bytes cannot be told apart, or that it is not known. */
export function byteRange({ leastBytes, mostBytes }: Range, format: (bytes: number) => string = formatBytes): string {
  if (leastBytes === null || mostBytes === null) return 'unknown';
  return leastBytes === mostBytes ? format(leastBytes) : `${format(leastBytes)} … ${format(mostBytes)}`;
}

/** Rounded down, so that 94.9 % is not shown as the 95 % where the state would be another. */
export const percent = (share: number): string => `${((Math.floor(share * 1_000) / 1_000) * 100).toFixed(1)} %`;

const STYLES: Record<State, Style> = { critical: 'red', warning: 'yellow', ok: 'green', unknown: 'dim' };

export const stateCell = (state: State): Cell => ({ text: state, style: STYLES[state] });

const SEVERITY_STYLES: Record<Severity, Style> = { critical: 'red', warning: 'yellow', notice: 'dim' };

export const severityCell = (severity: Severity): Cell => ({ text: severity, style: SEVERITY_STYLES[severity] });

const CONNECTIONS: Record<Connection, string> = {
  connected: 'connected',
  silent: 'silent',
  never: 'nothing came yet',
  retired: 'retired',
};
export const connectionWord = (connection: Connection): string => CONNECTIONS[connection];

/** `2026-11-20 03:00:00Z`. */
export const moment = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, 'Z');

const AGES = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** `3 d`, `12 min`: how long before `to`, in whole units of the largest that fits. */
export function age(iso: string | null, to: Date): string {
  if (iso === null) return 'never';
  const seconds = Math.max(0, Math.floor((to.getTime() - Date.parse(iso)) / 1_000));
  const [unit, size] = AGES.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** Who it is there for, from the outside in. */
export const chain = (names: readonly string[]): string => (names.length === 0 ? NONE : names.join(' › '));
