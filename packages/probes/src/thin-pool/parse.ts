import { wholeOf } from '../whole-of.ts';

/**
 * Lines of `dmsetup status` and `dmsetup table` (kernel, device-mapper/thin-provisioning.rst; dm-thin.c pool_status and
 * thin_status). A number beyond 2^53 is null: not read.
 */
export interface Target {
  /** null = asked for one device, which is not named. */
  name: string | null;
  startSectors: number | null;
  lengthSectors: number | null;
  /** `thin-pool`, `thin`, `linear` … */
  type: string;
  words: string[];
}

export interface Blocks {
  used: number | null;
  total: number | null;
}

export interface PoolStatus {
  transactionId: number | null;
  /** Of 4096 bytes. */
  metadata: Blocks;
  /** Of the size in the table. */
  data: Blocks;
  metadataSnapshotHeld: boolean;
  /** `rw`, `ro`, `out_of_data_space`; null = no word that is known. */
  mode: string | null;
  /** `queue_if_no_space`, `error_if_no_space`; null = an old kernel, without the word. */
  noSpace: string | null;
  /** null = an old kernel, without the word. */
  needsCheck: boolean | null;
  metadataLowWaterBlocks: number | null;
  /** All words, known or not, in their order; neither numbers nor `-`. */
  words: string[];
}

export interface PoolTable {
  /** `253:8`. */
  metadataDevice: string;
  dataDevice: string;
  dataBlockSectors: number | null;
  lowWaterBlocks: number | null;
  features: string[];
}

export interface ThinStatus {
  mappedSectors: number | null;
  /** null = nothing is mapped, or not read. */
  highestMappedSector: number | null;
}

export interface ThinTable {
  pool: string;
  deviceId: number | null;
  externalOrigin: string | null;
}

/** The line is of a device that is dead, or whose metadata the kernel could not read. */
export type Broken = 'failed' | 'error';

const MAX_TARGETS = 4_096;
const MAX_WORDS = 64;
const WHOLE = /^\d{1,20}$/;
const MODES = ['rw', 'ro', 'out_of_data_space'];
const NO_SPACE = ['queue_if_no_space', 'error_if_no_space'];

/**
 * Every target line, in its order; a device without a table has none. A string = a sentence part on what is wrong: an
 * answer that does not end its last line is cut off, and half a number looks like a number.
 */
export function parseTargets(text: string): Target[] | string {
  if (!text.endsWith('\n')) return 'the answer is cut off';
  if (text.includes('\0')) return 'the answer holds a NUL';
  const targets: Target[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const target = parseTarget(line);
    if (target === null) return 'a line of the answer cannot be understood';
    if (target === 'no table') continue;
    if (targets.length === MAX_TARGETS) return `the answer has more than ${MAX_TARGETS} lines`;
    targets.push(target);
  }
  return targets;
}

const BODY = /^(\d{1,20}) (\d{1,20}) ([a-z][a-z0-9-]*)( .*)?$/;

/** `[name: ]start length type words`. A line that begins as one without a name has none, whatever comes later in it. */
function parseTarget(line: string): Target | 'no table' | null {
  const nameEnd = BODY.test(line) ? -1 : line.indexOf(': ');
  if (nameEnd === 0) return null;
  const body = nameEnd < 0 ? line : line.slice(nameEnd + 2);
  const name = nameEnd < 0 ? null : line.slice(0, nameEnd);
  if (name !== null && body.trim() === '') return 'no table';
  const [, start = '', length = '', type = '', rest = ''] = BODY.exec(body) ?? [];
  if (type === '') return null;
  const words = rest.split(' ').filter((word) => word !== '');
  if (words.length > MAX_WORDS) return null;
  return { name, startSectors: wholeOf(start), lengthSectors: wholeOf(length), type, words };
}

/** The words of a `thin-pool` status line. A string = a sentence part on what is wrong. */
export function parsePoolStatus(words: readonly string[]): PoolStatus | { broken: Broken } | string {
  const broken = brokenOf(words);
  if (broken !== null) return { broken };
  const [transaction = '', metadataWord = '', dataWord = '', heldRoot = '', ...others] = words;
  const metadata = parseBlocks(metadataWord);
  const data = parseBlocks(dataWord);
  if (!WHOLE.test(transaction) || metadata === null || data === null) return 'the status line has no block counts';
  if (heldRoot !== '-' && !WHOLE.test(heldRoot)) return 'the status line has no held root';
  if ([metadata, data].some(({ used, total }) => used !== null && total !== null && used > total)) {
    return 'the status line has more blocks used than there are';
  }
  const lowWater = others.find((word) => WHOLE.test(word));
  return {
    transactionId: wholeOf(transaction),
    metadata,
    data,
    metadataSnapshotHeld: heldRoot !== '-',
    mode: others.find((word) => MODES.includes(word)) ?? null,
    noSpace: others.find((word) => NO_SPACE.includes(word)) ?? null,
    needsCheck: others.includes('needs_check') ? true : others.includes('-') ? false : null,
    metadataLowWaterBlocks: lowWater === undefined ? null : wholeOf(lowWater),
    words: others.filter((word) => word !== '-' && !WHOLE.test(word)),
  };
}

/** The words of a `thin-pool` table line. A string = a sentence part on what is wrong. */
export function parsePoolTable(words: readonly string[]): PoolTable | string {
  const [metadataDevice = '', dataDevice = '', blockSectors = '', lowWater = '', count = '', ...features] = words;
  if (![metadataDevice, dataDevice].every(isDevice)) return 'the table line names no metadata and data device';
  if (!WHOLE.test(blockSectors) || Number(blockSectors) === 0) return 'the table line has no block size';
  if (!WHOLE.test(lowWater)) return 'the table line has no low-water mark';
  if (!WHOLE.test(count) || Number(count) !== features.length) return 'the table line has another number of features';
  return {
    metadataDevice,
    dataDevice,
    dataBlockSectors: wholeOf(blockSectors),
    lowWaterBlocks: wholeOf(lowWater),
    features,
  };
}

/** The words of a `thin` status line; null = no device behind it. A string = a sentence part on what is wrong. */
export function parseThinStatus(words: readonly string[]): ThinStatus | { broken: Broken } | null | string {
  const broken = brokenOf(words);
  if (broken !== null) return { broken };
  const [mapped = '', highest] = words;
  if (mapped === '-' && highest === undefined) return null;
  if (!WHOLE.test(mapped) || highest === undefined) return 'the status line has no mapped sectors';
  if (highest !== '-' && !WHOLE.test(highest)) return 'the status line has no highest mapped sector';
  return { mappedSectors: wholeOf(mapped), highestMappedSector: wholeOf(highest) };
}

/** The words of a `thin` table line; under a failed pool even this one is broken. */
export function parseThinTable(words: readonly string[]): ThinTable | { broken: Broken } | string {
  const broken = brokenOf(words);
  if (broken !== null) return { broken };
  const [pool = '', deviceId = '', externalOrigin = null] = words;
  if (!isDevice(pool)) return 'the table line names no pool';
  if (!WHOLE.test(deviceId)) return 'the table line has no device id';
  return { pool, deviceId: wholeOf(deviceId), externalOrigin };
}

function brokenOf(words: readonly string[]): Broken | null {
  if (words.length !== 1) return null;
  return words[0] === 'Fail' ? 'failed' : words[0] === 'Error' ? 'error' : null;
}

function parseBlocks(word: string): Blocks | null {
  const [, used, total] = /^(\d{1,20})\/(\d{1,20})$/.exec(word) ?? [];
  return used === undefined || total === undefined ? null : { used: wholeOf(used), total: wholeOf(total) };
}

const isDevice = (word: string): boolean => /^\d{1,9}:\d{1,9}$/.test(word);
