import type { ProbeReport } from '@silt/domain';
import { columnsOf, MAX_COLUMNS, wrap } from './columns.ts';
import type { Paint } from './paint.ts';
import { shortName } from './shorten.ts';

const STYLES = { ok: 'ok', unavailable: 'unknown', failed: 'critical' } as const;
const STATUS_COLUMNS = 13;
const TOOK_COLUMNS = 9;
const MAX_REASON_CHARACTERS = 400;

/** What each probe said: those that read all they could on one line, then each of the others with its reason. */
export function probeLines(probes: readonly ProbeReport[], paint: Paint): string[] {
  const isPlain = ({ status, reason }: ProbeReport): boolean => status === 'ok' && reason === null;
  const plain = probes.filter(isPlain).map((one) => `${nameOf(one)} ${paint('faint', took(one))}`);
  const others = probes.filter((one) => !isPlain(one));
  const nameColumns = Math.max(0, ...others.map((one) => nameOf(one).length)) + 2;
  return [
    ...linesOf(paint('ok', 'ok'.padEnd(STATUS_COLUMNS)), wrap(plain, ' · ', MAX_COLUMNS - STATUS_COLUMNS), 0),
    ...others.flatMap((one) => {
      const words = shortName(one.reason ?? 'no reason was given', MAX_REASON_CHARACTERS).split(' ');
      const start = `${nameOf(one).padEnd(nameColumns)}${paint('faint', took(one).padStart(TOOK_COLUMNS))}  `;
      const hang = columnsOf(start);
      const [first = '', ...rest] = wrap(words, ' ', MAX_COLUMNS - STATUS_COLUMNS - hang);
      const status = one.status === 'ok' ? 'ok, but' : one.status;
      return linesOf(paint(STYLES[one.status], status.padEnd(STATUS_COLUMNS)), [start + first, ...rest], hang);
    }),
  ];
}

const nameOf = ({ probe }: ProbeReport): string => shortName(probe);

const took = ({ durationMilliseconds }: ProbeReport): string => `${durationMilliseconds.toFixed(1)} ms`;

/** `hang`: columns of what stands before the words of the first line. */
function linesOf(start: string, lines: readonly string[], hang: number): string[] {
  return lines.map((line, place) => (place === 0 ? start : ' '.repeat(STATUS_COLUMNS + hang)) + line);
}
