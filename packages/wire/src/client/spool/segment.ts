import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamPlace } from '../sequenced-outbox.ts';
import { nextRecord } from './spool-record.ts';

/** One file of the spool. */
export interface Segment extends StreamPlace {
  /** Rises by one a file. */
  number: number;
  path: string;
  /** No record has a lower sequence. */
  first: number;
  /** Of the last record that is whole; `first` − 1 = none. */
  last: number;
  /** Highest sequence known to be acknowledged when it was last written. */
  acknowledged: number;
  /** Whole records, layouts apart. */
  records: number;
  bytes: number;
  /** Milliseconds since 1970; null = no record. */
  firstTakenAt: number | null;
  lastTakenAt: number | null;
}

const NUMBER_DIGITS = 10;
const NAME = /^(\d{10})\.(\d+)\.(\d+)\.(\d+)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.spool$/;

/** The name holds what must last when the file is empty: number, first sequence, acknowledged, base and stream. */
export function newSegment(
  folder: string,
  place: StreamPlace & { number: number; first: number; acknowledged: number },
): Segment {
  const { number, first, acknowledged, base, stream } = place;
  const name = `${String(number).padStart(NUMBER_DIGITS, '0')}.${first}.${acknowledged}.${base}.${stream}.spool`;
  const nothing = { last: first - 1, records: 0, bytes: 0, firstTakenAt: null, lastTakenAt: null };
  return { number, first, acknowledged, base, stream, path: join(folder, name), ...nothing };
}

/** Counts a record that was read or written as part of its segment. */
export function countRecord(segment: Segment, sequence: number, acknowledged: number, takenAt: number): void {
  segment.last = sequence;
  segment.acknowledged = Math.max(segment.acknowledged, acknowledged);
  segment.records += 1;
  segment.firstTakenAt ??= takenAt;
  segment.lastTakenAt = takenAt;
}

/**
 * All segments of a folder in their order, one in memory at a time. `torn`: the last one ends with bytes that are no
 * record. A folder that is not there has none; throws what the file system says otherwise.
 */
export function readSegments(folder: string): { segments: Segment[]; torn: boolean } {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { segments: [], torn: false };
    throw error;
  }
  let torn = false;
  const segments: Segment[] = [];
  for (const name of names) {
    const [, number, first, acknowledged, base, stream] = NAME.exec(name) ?? [];
    if (stream === undefined) continue;
    const segment = newSegment(folder, {
      ...{ number: Number(number), first: Number(first), acknowledged: Number(acknowledged) },
      ...{ base: Number(base), stream },
    });
    torn = scan(segment);
    segments.push(segment);
  }
  return { segments, torn };
}

/** Fills in what the file holds; true when it ends with bytes that are no record. */
function scan(segment: Segment): boolean {
  let bytes: Buffer;
  try {
    bytes = readFileSync(segment.path);
  } catch {
    return true;
  }
  segment.bytes = bytes.length;
  let end = 0;
  for (let next = nextRecord(bytes, 0); next !== null; next = nextRecord(bytes, end)) {
    end = next.end;
    const { kind, sequence, acknowledged, takenAt } = next.record;
    if (kind !== 'layout' && sequence > segment.last) countRecord(segment, sequence, acknowledged, takenAt);
  }
  return end < bytes.length;
}
