import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeGiver, codeMappings } from '../src/give-back-code.ts';

const PROGRAM = '/usr/local/bin/silt-collector';
const MAPS = readFileSync(new URL('./fixtures/compiled-maps.txt', import.meta.url), 'utf8');
const CODE = { address: 0x01a40000, bytes: 0x0684a000 - 0x01a40000 };

test('of all that is mapped the code of the program alone: no data of it, no library, nothing that was compiled while it ran', () => {
  expect(codeMappings(MAPS, PROGRAM)).toEqual([CODE]);
});

test('a file that was replaced while it runs is still the one that is mapped', () => {
  const replaced = MAPS.replaceAll(PROGRAM, `${PROGRAM} (deleted)`);
  expect(codeMappings(replaced, `${PROGRAM} (deleted)`)).toEqual([CODE]);
  expect(codeMappings(replaced, PROGRAM)).toEqual([]);
});

test('a path with spaces is told from one that ends like it', () => {
  const spaced = MAPS.replaceAll(PROGRAM, '/srv/my tools/silt collector');
  expect(codeMappings(spaced, '/srv/my tools/silt collector')).toEqual([CODE]);
  expect(codeMappings(spaced, 'collector')).toEqual([]);
});

test('text that is cut anywhere gives nothing that is not whole', () => {
  const [line] = MAPS.split('\n').filter((one) => one.includes('r-xp'));
  for (let length = 0; length < (line as string).length; length += 1) {
    expect(codeMappings((line as string).slice(0, length), PROGRAM)).toEqual([]);
  }
});

test.each([
  ['code that can be written', '01a40000-0684a000 rwxp 01838000 fe:00 2285585 /usr/local/bin/silt-collector'],
  ['code that others see change', '01a40000-0684a000 r-xs 01838000 fe:00 2285585 /usr/local/bin/silt-collector'],
  ['addresses that are no numbers', '01a4000g-0684a000 r-xp 01838000 fe:00 2285585 /usr/local/bin/silt-collector'],
  [
    'addresses beyond what is exact',
    `${'f'.repeat(16)}-${'f'.repeat(16)} r-xp 0 fe:00 1 /usr/local/bin/silt-collector`,
  ],
  ['no path', '01a40000-0684a000 r-xp 01838000 00:00 0'],
])('%s is left alone', (_what, line) => {
  expect(codeMappings(line, PROGRAM)).toEqual([]);
});

test('a runtime that cannot call the system so is left alone', () => {
  expect(codeGiver()).toBeNull();
});
