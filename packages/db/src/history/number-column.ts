import { type ByteReader, type ByteWriter, CodecError } from './bytes.ts';

/** How the numbers of a column are written. */
const DELTAS = 0;
/** For numbers so far apart that a difference would not be exact. */
const PLAIN = 1;

/**
 * Whole numbers of ±(2^53 − 1), NaN = not read, and nothing else. First the lengths of runs that were read and not read,
 * in turn; then the first number, the greatest common divisor of the differences, and the differences by it. A
 * difference of 0 is followed by how many more of them come.
 *
 * Errors: RangeError for a number that is not whole or not exact.
 */
export function writeColumn(writer: ByteWriter, values: Float64Array): void {
  if (values.length === 0) return;
  const read = values.filter((value) => !Number.isNaN(value));
  if (!read.every(Number.isSafeInteger)) throw new RangeError('a reading is not a whole number of at most 2^53 − 1');
  if (read.length === values.length) writer.whole(values.length);
  else writeRuns(writer, values);
  if (read.length === 0) return;
  const deltas = new Float64Array(read.length - 1);
  for (let place = 1; place < read.length; place += 1) deltas[place - 1] = at(read, place) - at(read, place - 1);
  const isExact = deltas.every(Number.isSafeInteger);
  writer.byte(isExact ? DELTAS : PLAIN);
  if (isExact) {
    writer.signed(at(read, 0));
    writeDeltas(writer, deltas);
  } else {
    for (const value of read) writer.signed(value);
  }
}

/** @param length of the column. Errors: `CodecError`. */
export function readColumn(reader: ByteReader, length: number): Float64Array {
  if (length === 0) return new Float64Array(0);
  const first = reader.whole();
  // Most are read in full.
  if (first === length) return readNumbers(reader, length);
  const values = new Float64Array(length).fill(Number.NaN);
  const places = readRuns(reader, length, first);
  if (places.length === 0) return values;
  const read = readNumbers(reader, places.length);
  places.forEach((place, index) => {
    values[place] = at(read, index);
  });
  return values;
}

function readNumbers(reader: ByteReader, count: number): Float64Array {
  const mode = reader.byte();
  if (mode === DELTAS) return readDeltas(reader, count);
  if (mode !== PLAIN) throw new CodecError(`a column of the unknown form ${mode}`);
  const values = new Float64Array(count);
  for (let place = 0; place < count; place += 1) values[place] = reader.signed();
  return values;
}

const at = (values: ArrayLike<number>, place: number): number => values[place] as number;

function writeRuns(writer: ByteWriter, values: Float64Array): void {
  let isRead = true;
  let run = 0;
  for (const value of values) {
    if (Number.isNaN(value) === isRead) {
      writer.whole(run);
      run = 0;
      isRead = !isRead;
    }
    run += 1;
  }
  writer.whole(run);
}

/** Places that were read; `first` is how many of them come before all others. */
function readRuns(reader: ByteReader, length: number, first: number): number[] {
  const places: number[] = [];
  let place = 0;
  let run = first;
  for (let isRead = true; place < length; isRead = !isRead) {
    const end = place + run;
    if (end > length || (end === place && place > 0)) throw new CodecError('the runs of a column do not fit it');
    for (; place < end; place += 1) if (isRead) places.push(place);
    if (place < length) run = reader.whole();
  }
  return places;
}

function writeDeltas(writer: ByteWriter, deltas: Float64Array): void {
  const divisor = deltas.reduce(greatestCommonDivisor, 0);
  writer.whole(divisor);
  if (divisor === 0) return;
  for (let place = 0; place < deltas.length; place += 1) {
    const delta = at(deltas, place);
    writer.signed(delta / divisor);
    if (delta !== 0) continue;
    const begin = place;
    while (deltas[place + 1] === 0) place += 1;
    writer.whole(place - begin);
  }
}

function readDeltas(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  let value = reader.signed();
  values[0] = value;
  const divisor = reader.whole();
  if (divisor === 0) return values.fill(value);
  let place = 1;
  while (place < count) {
    const delta = reader.signed() * divisor;
    const repeats = delta === 0 ? reader.whole() + 1 : 1;
    if (repeats > count - place) throw new CodecError('a run of a column is too long');
    value += delta;
    if (!Number.isSafeInteger(value)) throw new CodecError('a number is too large');
    values.fill(value, place, place + repeats);
    place += repeats;
  }
  return values;
}

/** Of the magnitudes; 0 has no say. */
function greatestCommonDivisor(one: number, other: number): number {
  let [high, low] = [one, Math.abs(other)];
  while (low !== 0) [high, low] = [low, high % low];
  return high;
}
