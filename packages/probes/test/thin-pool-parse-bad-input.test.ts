import { describe, expect, test } from 'vitest';
import { seriesOfPool } from '../src/thin-pool/facts.ts';
import {
  type PoolStatus,
  parsePoolStatus,
  parsePoolTable,
  parseTargets,
  parseThinStatus,
  parseThinTable,
} from '../src/thin-pool/parse.ts';
import { HEALTHY, statusOf, tableOf, targetOf, targetsOf } from './thin-pool-lines.ts';

describe('bad input', () => {
  test('a captured line cut at any place is no line, and one byte short of whole neither', () => {
    for (let length = 0; length < HEALTHY.length; length += 1) {
      expect(parseTargets(HEALTHY.slice(0, length)), String(length)).toBe('the answer is cut off');
    }
    expect(targetsOf(HEALTHY)).toHaveLength(1);
  });

  test('a captured line whose end is missing never gives other numbers', () => {
    const whole = statusOf(HEALTHY);
    const words = targetOf(HEALTHY, 'thin-pool').words;
    for (let count = 0; count < words.length; count += 1) {
      const parsed = parsePoolStatus(words.slice(0, count));
      if (count < 4) expect(parsed, String(count)).toBeTypeOf('string');
      else expect(parsed).toMatchObject({ data: whole.data, metadata: whole.metadata });
    }
    const table = targetOf('0 8 thin-pool 7:2 7:3 128 0 2 ignore_discard read_only\n', 'thin-pool').words;
    for (let count = 0; count < table.length; count += 1) {
      expect(parsePoolTable(table.slice(0, count)), String(count)).toBeTypeOf('string');
    }
  });

  test.each([
    ['nothing', '', 'the answer is cut off'],
    ['a NUL', HEALTHY.replace('rw', 'r\0w'), 'the answer holds a NUL'],
    ['garbage', '\u{1}\u{FFFD}zz\n', 'a line of the answer cannot be understood'],
    ['words for numbers', 'a b thin-pool Fail\n', 'a line of the answer cannot be understood'],
    ['an error message', 'Command failed.\n', 'a line of the answer cannot be understood'],
    ['a name alone without a name', ': 0 8 thin-pool Fail\n', 'a line of the answer cannot be understood'],
    ['too many words', `0 8 thin-pool ${'x '.repeat(65)}\n`, 'a line of the answer cannot be understood'],
    ['too many lines', '0 8 linear \n'.repeat(4_097), 'the answer has more than 4096 lines'],
  ])('%s is told', (_, text, wanted) => {
    expect(parseTargets(text)).toBe(wanted);
  });

  test('100 MB are refused without a crash', () => {
    expect(parseTargets('x'.repeat(100_000_000))).toBe('the answer is cut off');
    expect(parseTargets(`${'x'.repeat(100_000_000)}\n`)).toBe('a line of the answer cannot be understood');
  });

  test('a name may hold a hyphen, a blank, a colon, and words of the grammar', () => {
    for (const name of ['a - b', 'docker-253:2-8-pool', 'thin-pool Fail', '-x', '0', 'é', '0 8 thin']) {
      expect(targetsOf(`${name}: ${HEALTHY}`), name).toMatchObject([
        { name, type: 'thin-pool', lengthSectors: 8388608 },
      ]);
    }
    // Split at the first colon and blank, by the grammar: what is left is no line.
    expect(parseTargets(`a: b: ${HEALTHY}`)).toBe('a line of the answer cannot be understood');
  });

  test('a device without a table gives no line, by name or without', () => {
    expect(targetsOf('\n')).toEqual([]);
    expect(targetsOf('emptydev: \n')).toEqual([]);
  });

  test('numbers up to 2^53 are read and those beyond are not, to the end of 64 bits', () => {
    const status = (data: string): PoolStatus =>
      statusOf(`0 8 thin-pool 18446744073709551615 5/9 ${data} - rw discard_passdown - 1024 \n`);
    expect(status('1/9007199254740991')).toMatchObject({
      transactionId: null,
      data: { used: 1, total: 9_007_199_254_740_991 },
      noSpace: null,
    });
    expect(status('1/9007199254740992').data).toEqual({ used: 1, total: null });
    expect(status('1/18446744073709551615').data).toEqual({ used: 1, total: null });
    expect(parsePoolStatus(['1', '5/9', '1/184467440737095516150', '-', 'rw'])).toBeTypeOf('string');
    const table = tableOf('0 8 thin-pool 7:2 7:3 128 18446744073709551615 0 \n');
    expect(table.lowWaterBlocks).toBeNull();
    expect(seriesOfPool(status('1/9007199254740991'), table)).toMatchObject({
      poolDataUsedBytes: 65_536,
      poolDataCapacityBytes: null,
      poolMetadataUsedBytes: 20_480,
    });
  });

  test.each([
    ['more used than there is', ['1', '5/9', '10/9', '-', 'rw']],
    ['a sign', ['1', '5/9', '-1/9', '-', 'rw']],
    ['a broken word in a longer line', ['Fail', 'Fail']],
    ['no held root', ['1', '5/9', '1/9', 'rw']],
  ])('a status line with %s is told', (_, words) => {
    expect(parsePoolStatus(words)).toBeTypeOf('string');
  });

  test.each([
    ['no devices', ['loop0', '7:1', '128', '0', '0']],
    ['a block size of zero', ['7:0', '7:1', '0', '0', '0']],
    ['more features than it counts', ['7:0', '7:1', '128', '0', '0', 'read_only']],
  ])('a table line with %s is told', (_, words) => {
    expect(parsePoolTable(words)).toBeTypeOf('string');
  });

  test('words that nobody knows are kept', () => {
    const line = HEALTHY.replace('discard_passdown', 'discard_passdown no_provision_passdown');
    expect(statusOf(line)).toMatchObject({
      words: ['rw', 'discard_passdown', 'no_provision_passdown', 'error_if_no_space'],
      noSpace: 'error_if_no_space',
      needsCheck: false,
    });
  });

  test('the lines of a thin that say nothing are null, and broken ones told', () => {
    expect(parseThinStatus(['-'])).toBeNull();
    expect(parseThinStatus(['Error'])).toEqual({ broken: 'error' });
    for (const words of [[], ['12'], ['12', 'x'], ['x', '12']]) expect(parseThinStatus(words)).toBeTypeOf('string');
    for (const words of [[], ['253:9'], ['pool', '1']]) expect(parseThinTable(words)).toBeTypeOf('string');
    expect(parseThinTable(['253:9', '1', '253:4'])).toMatchObject({ externalOrigin: '253:4' });
  });
});
