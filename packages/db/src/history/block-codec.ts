import { CodecError } from './bytes.ts';
import { readColumn, writeColumn } from './number-column.ts';
import { pack, unpack } from './packed.ts';

export const MAX_BLOCK_SAMPLES = 512;

/** Times and layouts of the samples of a block, in order of time; its resources share them. */
export interface Axis {
  /** Milliseconds since the epoch, rising. */
  times: Float64Array;
  layoutNos: Float64Array;
}

/** One resource of a block: arrays as long as its axis; whole numbers of ±(2^53 − 1), NaN = not read. */
export interface BlockReadings {
  /** Of each sample, exact. */
  readings: Float64Array;
  /**
   * Lowest, highest and last number of all samples that the one kept stands for, so that thinning loses no spike. NaN
   * where none of them was read.
   */
  min: Float64Array;
  max: Float64Array;
  last: Float64Array;
}

/** Errors: RangeError for too many samples, or numbers that are not whole and exact. */
export function encodeAxis({ times, layoutNos }: Axis): Buffer {
  checkLength(times.length, RangeError);
  return pack((writer) => {
    writer.whole(times.length);
    // Beats are regular, so their distances hardly differ.
    const distances = times.map((time, place) => (place === 0 ? time : time - (times[place - 1] as number)));
    writeColumn(writer, distances.subarray(0, 1));
    writeColumn(writer, distances.subarray(1));
    writeColumn(writer, layoutNos);
  });
}

/** Errors: `CodecError`. */
export function decodeAxis(data: Uint8Array): Axis {
  return unpack(data, (reader) => {
    const length = checkLength(reader.whole(), CodecError);
    const times = new Float64Array(length);
    times.set(readColumn(reader, Math.min(length, 1)));
    const distances = readColumn(reader, Math.max(length - 1, 0));
    distances.forEach((distance, place) => {
      times[place + 1] = (times[place] as number) + distance;
    });
    return { times, layoutNos: readColumn(reader, length) };
  });
}

/** Where all samples were kept, min, max and last are the readings, and cost a byte. Errors: as `encodeAxis`. */
export function encodeBlock({ readings, min, max, last }: BlockReadings): Buffer {
  checkLength(readings.length, RangeError);
  return pack((writer) => {
    writer.whole(readings.length);
    writeColumn(writer, readings);
    const thinned = placesOf(readings, (place) =>
      [min, max, last].some((values) => !Object.is(values[place], readings[place])),
    );
    writer.whole(thinned.length);
    if (thinned.length === 0) return;
    writeColumn(writer, Float64Array.from(thinned));
    for (const values of [min, max, last]) writeColumn(writer, pick(values, thinned));
  });
}

/** Errors: `CodecError`. */
export function decodeBlock(data: Uint8Array): BlockReadings {
  return unpack(data, (reader) => {
    const length = checkLength(reader.whole(), CodecError);
    const readings = readColumn(reader, length);
    const thinnedCount = checkLength(reader.whole(), CodecError);
    if (thinnedCount === 0) return { readings, min: readings, max: readings, last: readings };
    const thinned = readColumn(reader, thinnedCount);
    if (!thinned.every((place) => place >= 0 && place < length)) throw new CodecError('a place is outside the block');
    const [min, max, last] = [1, 2, 3].map(() => {
      const values = readings.slice();
      const differing = readColumn(reader, thinnedCount);
      thinned.forEach((place, index) => {
        values[place] = differing[index] as number;
      });
      return values;
    }) as [Float64Array, Float64Array, Float64Array];
    return { readings, min, max, last };
  });
}

function checkLength(length: number, Problem: new (message: string) => Error): number {
  if (length > MAX_BLOCK_SAMPLES)
    throw new Problem(`a block holds at most ${MAX_BLOCK_SAMPLES} samples, not ${length}`);
  return length;
}

function placesOf(values: Float64Array, matches: (place: number) => boolean): number[] {
  const places: number[] = [];
  for (let place = 0; place < values.length; place += 1) if (matches(place)) places.push(place);
  return places;
}

const pick = (values: Float64Array, places: readonly number[]): Float64Array =>
  Float64Array.from(places, (place) => values[place] as number);
