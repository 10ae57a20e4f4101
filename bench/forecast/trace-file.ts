import { createReadStream } from 'node:fs';
import type { Trace } from './family.ts';

/** Of characters; a year of samples a minute has 15 million. */
export const MAX_LINE_LENGTH = 64 * 2 ** 20;
/** Lines are worked on in lots of about so many characters. */
const LOT_LENGTH = 2 ** 20;
const READ_BYTES = 2 ** 20;

/** A file of traces that is not as it must be; the message says where and what to do. */
export class TraceFileError extends Error {
  override name = 'TraceFileError';
}

/** Lines as they stand in a file. */
export interface LineLot {
  /** Number of the first of them, from 1. */
  firstLine: number;
  lines: string[];
}

/**
 * Reads a file bit by bit.
 *
 * @throws TraceFileError when it cannot be read, has no line that is not blank, or one that is too long
 */
export async function* readLineLots(path: string): AsyncGenerator<LineLot> {
  let lot: LineLot = { firstLine: 1, lines: [] };
  let [length, hasTrace] = [0, false];
  for await (const line of linesOf(path)) {
    lot.lines.push(line);
    length += line.length;
    hasTrace ||= line.trim() !== '';
    if (length < LOT_LENGTH) continue;
    yield lot;
    lot = { firstLine: lot.firstLine + lot.lines.length, lines: [] };
    length = 0;
  }
  if (!hasTrace) throw new TraceFileError(`${path} is empty: it has no trace.`);
  yield lot;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let [pieces, length, line]: [string[], number, number] = [[], 0, 1];
  for await (const text of textOf(path)) {
    for (const [place, piece] of text.split('\n').entries()) {
      if (place > 0) {
        yield pieces.join('');
        [pieces, length] = [[], 0];
        line += 1;
      }
      pieces.push(piece);
      length += piece.length;
      if (length > MAX_LINE_LENGTH) throw tooLong(line);
    }
  }
  yield pieces.join('');
}

const tooLong = (line: number): TraceFileError =>
  new TraceFileError(`Line ${line} is longer than ${MAX_LINE_LENGTH} characters. Thin out the samples of its trace.`);

async function* textOf(path: string): AsyncGenerator<string> {
  try {
    yield* createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BYTES });
  } catch (error) {
    throw new TraceFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * @param line number of the line, for the message
 * @throws TraceFileError
 */
export function parseTrace(text: string, line: number): Trace {
  const refuse = (what: string): never => {
    throw new TraceFileError(`Line ${line}: ${what}.`);
  };
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it is not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('it is not a JSON object');
  const [id, family, resource] = (['id', 'family', 'resource'] as const).map((name) => {
    const field = value[name];
    return typeof field === 'string' && field !== '' ? field : refuse(`"${name}" must be a text that is not empty`);
  }) as [string, string, string];
  const { exhaustedAt } = value;
  if (exhaustedAt !== null && !isFiniteNumber(exhaustedAt))
    refuse('"exhaustedAt" must be a number of seconds, or null');
  const capacityBytes = pairsOf(value.capacityBytes, 'capacityBytes', refuse);
  if (capacityBytes.length === 0) refuse('"capacityBytes" must have a pair at least');
  const noRoom = capacityBytes.findIndex(([, bytes]) => bytes <= 0);
  if (noRoom >= 0) refuse(`"capacityBytes"[${noRoom}] must be over 0 bytes`);
  const samples = pairsOf(value.samples, 'samples', refuse);
  return { id, family, resource, capacityBytes, samples, exhaustedAt: exhaustedAt as number | null };
}

function pairsOf(value: unknown, name: string, refuse: (what: string) => never): [number, number][] {
  if (!Array.isArray(value)) return refuse(`"${name}" must be an array of [t, bytes]`);
  const wrong = value.findIndex((pair) => !isPair(pair));
  return wrong < 0 ? value : refuse(`"${name}"[${wrong}] must be [t, bytes], two finite numbers, bytes not negative`);
}

const isPair = (pair: unknown): boolean =>
  Array.isArray(pair) && pair.length === 2 && isFiniteNumber(pair[0]) && isFiniteNumber(pair[1]) && pair[1] >= 0;

const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
