import { CodecError } from './bytes.ts';
import { readColumn, writeColumn } from './number-column.ts';
import { openPacked, pack, unpack } from './packed.ts';

export const HOURS_A_DAY = 24;

/** Of all numbers that were read in a while; `samples` ≥ 1. */
export interface Summary {
  min: number;
  max: number;
  last: number;
  mean: number;
  samples: number;
}

/** 24 hours of a UTC day; null = nothing was read. Min, max, last and samples come back exact, the mean to 1 ÷ samples. */
export function encodeHours(hours: readonly (Summary | null)[]): Buffer {
  if (hours.length !== HOURS_A_DAY) throw new RangeError(`a day has ${HOURS_A_DAY} hours, not ${hours.length}`);
  const column = (value: (hour: Summary) => number): Float64Array =>
    Float64Array.from(hours, (hour) => (hour === null ? Number.NaN : value(hour)));
  return pack((writer) => {
    writeColumn(
      writer,
      column(({ min }) => min),
    );
    writeColumn(
      writer,
      column(({ min, max }) => max - min),
    );
    writeColumn(
      writer,
      column(({ min, last }) => last - min),
    );
    writeColumn(
      writer,
      column(({ samples }) => samples),
    );
    for (const part of [0, 1])
      writeColumn(
        writer,
        column((hour) => meanParts(hour)[part] as number),
      );
  });
}

/** Errors: `CodecError`. */
export function decodeHours(data: Uint8Array): (Summary | null)[] {
  return unpack(data, (reader) => {
    const columns = Array.from({ length: 6 }, () => readColumn(reader, HOURS_A_DAY));
    return Array.from({ length: HOURS_A_DAY }, (_, hour): Summary | null => {
      const [min, spread, last, samples, whole, part] = columns.map((column) => column[hour] as number) as Parts;
      if (Number.isNaN(min)) return null;
      if (!(samples >= 1)) throw new CodecError('an hour without samples');
      return { min, max: min + spread, last: min + last, samples, mean: min + whole + part / samples };
    });
  });
}

/** Columns of 24 hours of a UTC day; NaN = nothing was read. */
export interface HourBounds {
  min: Float64Array;
  /** Above the lowest, both. */
  spread: Float64Array;
  last: Float64Array;
}

/** A part of what `decodeHours` gives, in a fifth of its time. Errors: `CodecError`. */
export function decodeHourBounds(data: Uint8Array): HourBounds {
  const reader = openPacked(data);
  return {
    min: readColumn(reader, HOURS_A_DAY),
    spread: readColumn(reader, HOURS_A_DAY),
    last: readColumn(reader, HOURS_A_DAY),
  };
}

type Parts = [number, number, number, number, number, number];

/** What the mean is above the lowest: whole units, and the rest in parts of 1 ÷ samples. */
function meanParts({ min, mean, samples }: Summary): [number, number] {
  const above = Math.max(mean - min, 0);
  const whole = Math.floor(above);
  return [whole, Math.round((above - whole) * samples)];
}
