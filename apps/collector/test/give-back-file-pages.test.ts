import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filePagesGiver, unchangedMappings } from '../src/give-back-file-pages.ts';

const PROGRAM = '/usr/local/bin/silt-collector';
const SMAPS = readFileSync(new URL('./fixtures/compiled-smaps.txt', import.meta.url), 'utf8');
const CONSTANTS = { address: 0x00200000, bytes: 0x01a39000 - 0x00200000 };
const CODE = { address: 0x01a40000, bytes: 0x0684a000 - 0x01a40000 };
/** Where the linker wrote and locked: 12 kB of it are not as in the file. */
const LOCKED_BY_LINKER = 0x0685f000;

test('of all that is mapped the code and the constants of the program: nothing that was written, no library', () => {
  expect(unchangedMappings(SMAPS, PROGRAM)).toEqual([CONSTANTS, CODE]);
});

test('what the linker wrote and locked is read-only and stays', () => {
  const locked = LOCKED_BY_LINKER.toString(16).padStart(8, '0');
  expect(SMAPS).toMatch(new RegExp(`^${locked}-\\w+ r--p .+ ${PROGRAM}$`, 'm'));
  expect(unchangedMappings(SMAPS, PROGRAM).map(({ address }) => address)).not.toContain(LOCKED_BY_LINKER);
});

test('a file that was replaced while it runs is still the one that is mapped', () => {
  const replaced = SMAPS.replaceAll(PROGRAM, `${PROGRAM} (deleted)`);
  expect(unchangedMappings(replaced, `${PROGRAM} (deleted)`)).toEqual([CONSTANTS, CODE]);
  expect(unchangedMappings(replaced, PROGRAM)).toEqual([]);
});

test('a path with spaces is told from one that ends like it', () => {
  const spaced = SMAPS.replaceAll(PROGRAM, '/srv/my tools/silt collector');
  expect(unchangedMappings(spaced, '/srv/my tools/silt collector')).toEqual([CONSTANTS, CODE]);
  expect(unchangedMappings(spaced, 'collector')).toEqual([]);
});

const CODE_TEXT = SMAPS.slice(SMAPS.indexOf('01a40000-'), SMAPS.indexOf('0684a000-'));

test('text that is cut anywhere gives nothing that is not whole', () => {
  const [swapped] = /^Swap: +0 kB$/m.exec(CODE_TEXT) as RegExpExecArray;
  const untilKnown = CODE_TEXT.indexOf(swapped) + swapped.length;
  expect(unchangedMappings(CODE_TEXT.slice(0, untilKnown), PROGRAM)).toEqual([CODE]);
  for (let length = 0; length < untilKnown; length += 1) {
    expect(unchangedMappings(CODE_TEXT.slice(0, length), PROGRAM)).toEqual([]);
  }
});

test.each([
  ['that can be written', ' r-xp ', ' rwxp '],
  ['that others see change', ' r-xp ', ' r-xs '],
  ['that was changed', /Anonymous: +0 kB/, 'Anonymous:             4 kB'],
  ['that was changed and swapped out', /Swap: +0 kB/, 'Swap:                  4 kB'],
  ['at addresses that are no numbers', '01a40000-', '01a4000g-'],
  ['at addresses beyond what is exact', '01a40000-', `${'f'.repeat(16)}-`],
  ['without a path', PROGRAM, ''],
])('code %s is left alone', (_what, from, to) => {
  expect(unchangedMappings(CODE_TEXT, PROGRAM)).toEqual([CODE]);
  expect(unchangedMappings(CODE_TEXT.replace(from, to), PROGRAM)).toEqual([]);
});

test('a runtime that cannot call the system so is left alone', () => {
  expect(filePagesGiver()).toBeNull();
});
