import { styleText } from 'node:util';
import { formatBytes, RESOURCES, type ResourceFill, SERIES, type State, stateOfFill } from '@silt/domain';

const CELLS = 10;
const COLOURS = { critical: 'red', warning: 'yellow', ok: 'green', unknown: 'gray' } as const satisfies Record<
  State,
  string
>;

/** `█████░░░░░ 48 %  3.20 GiB of 6.70 GiB`; coloured where the output is a terminal that wants colours. */
export function fillBar({ resource, used, capacity, fill }: ResourceFill): string {
  const full = fill <= 0 ? 0 : Math.min(CELLS, Math.max(1, Math.round(fill * CELLS)));
  const bar = paint(stateOfFill(fill), '█'.repeat(full)) + '░'.repeat(CELLS - full);
  return `${bar} ${percent(fill)}  ${amount(resource, used)} of ${amount(resource, capacity)}`;
}

/** `metadata 12 %`, coloured by its state. */
export const shortFill = (name: string, { fill }: ResourceFill): string =>
  `${name} ${paint(stateOfFill(fill), percent(fill))}`;

const percent = (fill: number): string => `${(fill * 100).toFixed(fill < 0.0995 ? 1 : 0)} %`;

const amount = (resource: ResourceFill['resource'], value: number): string =>
  SERIES[RESOURCES[resource].used].unit === 'bytes' ? formatBytes(value) : String(value);

/** styleText leaves the text as it is where stdout is no terminal, or NO_COLOR is set. */
export const paint = (state: State, text: string): string =>
  text === '' ? '' : styleText(COLOURS[state], text, { stream: process.stdout });

export const faint = (text: string): string => styleText('dim', text, { stream: process.stdout });
