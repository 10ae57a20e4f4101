import { formatBytes, RESOURCES, type ResourceName, SERIES, type State, stateOfFill } from '@silt/domain';
import type { Paint } from './paint.ts';

const CELLS = 10;
const PERCENT_COLUMNS = 7;
const AMOUNT_COLUMNS = 9;

/** null = not read. */
export interface Amounts {
  used: number | null;
  capacity: number | null;
  unit: 'bytes' | 'count';
}

export const unitOf = (resource: ResourceName): Amounts['unit'] => SERIES[RESOURCES[resource].used].unit;

/** `█████░░░░░   48 %  3.20 GiB of 6.70 GiB`, or what of it was read. */
export function fillBar(amounts: Amounts, paint: Paint): string {
  const fill = fillOf(amounts);
  return fill === null ? paint('unknown', partWords(amounts)) : bar(fill, amounts, paint, stateOfFill(fill));
}

/** The same for what is no worse for being full. */
export function shareBar(amounts: Amounts, paint: Paint): string {
  const fill = fillOf(amounts);
  return fill === null ? paint('unknown', partWords(amounts)) : bar(fill, amounts, paint, 'unknown');
}

function bar(fill: number, { used, capacity, unit }: Amounts, paint: Paint, state: State): string {
  const full = fill <= 0 ? 0 : Math.min(CELLS, Math.max(1, Math.round(fill * CELLS)));
  const cells = paint(state, '█'.repeat(full)) + paint('faint', '░'.repeat(CELLS - full));
  const most = amount(capacity ?? 0, unit);
  return `${cells}${percent(fill).padStart(PERCENT_COLUMNS)}  ${amount(used ?? 0, unit).padStart(AMOUNT_COLUMNS)} of ${most}`;
}

/** `inodes 12 %`, coloured by its state. */
export function shortFill(name: string, amounts: Amounts, paint: Paint): string {
  const fill = fillOf(amounts);
  return fill === null ? `${name} not read` : `${name} ${paint(stateOfFill(fill), percent(fill))}`;
}

const fillOf = ({ used, capacity }: Amounts): number | null =>
  used === null || capacity === null || capacity === 0 ? null : used / capacity;

function partWords({ used, capacity, unit }: Amounts): string {
  if (used === null) return capacity === null ? 'not read' : `use not read, of ${amount(capacity, unit)}`;
  return `${amount(used, unit)} of ${capacity === null ? 'a size that was not read' : amount(capacity, unit)}`;
}

/** A part however small is not 0 %, and one that is not the whole is not 100 %. */
function percent(fill: number): string {
  const hundredths = fill * 100;
  if (fill > 0 && hundredths < 0.05) return '<0.1 %';
  if (fill > 0.99 && fill < 1) return `${(Math.floor(hundredths * 10) / 10).toFixed(1)} %`;
  return `${hundredths.toFixed(hundredths < 9.95 ? 1 : 0)} %`;
}

const amount = (value: number, unit: Amounts['unit']): string =>
  unit === 'bytes' ? formatBytes(value) : value.toLocaleString('en');
