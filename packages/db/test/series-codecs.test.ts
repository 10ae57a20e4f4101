import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BlockReadings,
  decodeAxis,
  decodeBlock,
  encodeAxis,
  encodeBlock,
  MAX_BLOCK_SAMPLES,
} from '../src/history/block-codec.ts';
import { CodecError } from '../src/history/bytes.ts';
import { decodeHours, encodeHours, type Summary } from '../src/history/hours-codec.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;
const reading = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 1_000_000 }).map((blocks) => blocks * 4_096) },
  { weight: 2, arbitrary: fc.constant(5) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.integer({ min: -LARGEST, max: LARGEST }) },
  { weight: 1, arbitrary: fc.constantFrom(0, LARGEST, -LARGEST) },
);
const column = fc.array(reading, { maxLength: MAX_BLOCK_SAMPLES }).map((values) => Float64Array.from(values));
const whole = (readings: Float64Array): BlockReadings => ({ readings, min: readings, max: readings, last: readings });

describe('blocks', () => {
  test('any readings come back exactly, what was not read too', () => {
    fc.assert(
      fc.property(column, (readings) => {
        expect(decodeBlock(encodeBlock(whole(readings)))).toEqual(whole(readings));
      }),
    );
  });

  test('what thinning has taken comes back exactly beside them', () => {
    const samples = fc.array(fc.tuple(reading, reading, reading, reading), { maxLength: MAX_BLOCK_SAMPLES });
    fc.assert(
      fc.property(samples, (rows) => {
        const [readings, min, max, last] = [0, 1, 2, 3].map((place) =>
          Float64Array.from(rows, (row) => row[place] as number),
        ) as [Float64Array, Float64Array, Float64Array, Float64Array];
        expect(decodeBlock(encodeBlock({ readings, min, max, last }))).toEqual({ readings, min, max, last });
      }),
    );
  });

  test('times and layouts come back exactly', () => {
    const distances = fc.array(fc.integer({ min: 0, max: 100_000_000 }), { maxLength: MAX_BLOCK_SAMPLES });
    fc.assert(
      fc.property(distances, fc.integer({ min: 0, max: 2 ** 42 }), (steps, start) => {
        let time = start;
        const times = Float64Array.from(steps, (step) => {
          time += step;
          return time;
        });
        const axis = { times, layoutNos: times.map((_, place) => (place % 97 === 0 ? 2 : 1)) };
        expect(decodeAxis(encodeAxis(axis))).toEqual(axis);
      }),
    );
  });

  test('what does not move costs a few bytes, whatever its length', () => {
    expect(encodeBlock(whole(new Float64Array(MAX_BLOCK_SAMPLES).fill(123_456_789_012))).length).toBeLessThan(20);
    expect(encodeBlock(whole(new Float64Array(MAX_BLOCK_SAMPLES).fill(Number.NaN))).length).toBeLessThan(8);
  });

  test('more samples than a block holds, halves and infinities are refused', () => {
    expect(() => encodeBlock(whole(new Float64Array(MAX_BLOCK_SAMPLES + 1)))).toThrow(RangeError);
    for (const value of [0.5, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => encodeBlock(whole(Float64Array.of(value)))).toThrow(RangeError);
    }
  });

  test('bytes that are empty, cut off, too long or of another version are a clear error', () => {
    const packed = encodeBlock(whole(Float64Array.of(1, 2, 3, Number.NaN, 5)));
    expect(() => decodeBlock(Buffer.alloc(0))).toThrow(new CodecError('empty'));
    for (let length = 1; length < packed.length; length += 1) {
      expect(() => decodeBlock(packed.subarray(0, length)), `${length}`).toThrow(CodecError);
    }
    expect(() => decodeBlock(Buffer.concat([packed, Buffer.of(0)]))).toThrow('1 bytes too many');
    expect(() => decodeBlock(Buffer.concat([Buffer.of(9), packed.subarray(1)]))).toThrow('version 9 is not known');
    expect(() => decodeBlock(Buffer.of(0x81, 255, 255, 255))).toThrow(/not deflated/);
  });

  test('no bytes at all make it throw anything else, or hang', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(decodeBlock, decodeAxis, decodeHours),
        (bytes, decode) => {
          try {
            decode(Uint8Array.of(1, ...bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(CodecError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('hours', () => {
  const hour = fc
    .tuple(fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 1, maxLength: 400 }), fc.boolean())
    .map(([values, isRead]): Summary | null => {
      const [min, max] = [Math.min(...values), Math.max(...values)];
      const mean = min + values.reduce((sum, value) => sum + (value - min), 0) / values.length;
      return isRead ? { min, max, last: values.at(-1) as number, mean, samples: values.length } : null;
    });

  test('24 hours come back: min, max, last and samples exactly, the mean to what a sum of whole numbers can differ', () => {
    fc.assert(
      fc.property(fc.array(hour, { minLength: 24, maxLength: 24 }), (hours) => {
        const back = decodeHours(encodeHours(hours));
        expect(back.map((one) => one && { ...one, mean: 0 })).toEqual(hours.map((one) => one && { ...one, mean: 0 }));
        back.forEach((one, place) => {
          expect(Math.abs((one?.mean ?? 0) - (hours[place]?.mean ?? 0))).toBeLessThanOrEqual(0.01);
        });
      }),
    );
  });

  test('another number of hours is refused', () => {
    expect(() => encodeHours([])).toThrow(RangeError);
  });
});
