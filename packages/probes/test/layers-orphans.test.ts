import { confirmOrphans, type LayerEntry, type LayerStore, type LayerWriteSet } from '@silt/domain';
import { describe, expect, test } from 'vitest';
import { classifyEntry, type Reference } from '../src/layers/classify.ts';
import { parseEntryName, parseLayerFolder, parseSize, parseThinRecord } from '../src/layers/parse.ts';

const [HEX, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const DAY = '2026-11-21T03:00:00.000Z';
const NEXT_DAY = '2026-11-22T03:00:00.000Z';

const entry = (name: string, kind: LayerEntry['class']): LayerEntry => ({
  ...{ name, class: kind, ownerId: null, modifiedAt: DAY, isSubvolume: true, overlay: null, device: null },
});
const store = (changes: Partial<LayerStore>): LayerStore => ({
  ...{ driver: 'btrfs', layers: [], mounts: [], writeSets: [], hasAllRecords: true, entries: [] },
  ...{ entryCounts: null, zombies: [], dangling: [], leftovers: [], ...changes },
});
const writeSet = (name: string, modifiedAt: string, cacheId: string | null = null): LayerWriteSet => ({
  ...{ name, modifiedAt, cacheId },
});
const namesOf = (earlier: Partial<LayerStore>, later: Partial<LayerStore>): string[] | string => {
  const verdict = confirmOrphans({ readAt: DAY, store: store(earlier) }, { readAt: NEXT_DAY, store: store(later) });
  return 'orphans' in verdict ? verdict.orphans.map(({ name }) => name) : verdict.cannotTell;
};

describe('an orphan', () => {
  const candidate = { entries: [entry(HEX, 'candidate-orphan')] };

  test('has no record in both reads', () => {
    expect(namesOf(candidate, candidate)).toEqual([HEX]);
    expect(namesOf({ entries: [] }, candidate)).toEqual([]);
    expect(namesOf(candidate, { entries: [] })).toEqual([]);
    expect(namesOf(candidate, { entries: [entry(HEX, 'layer')] })).toEqual([]);
    expect(namesOf({ entries: [entry(HEX, 'container')] }, candidate)).toEqual([]);
  });

  test('is not told where not all was read, or the driver is another', () => {
    expect(namesOf(candidate, { entries: null })).toBe('not all records were read');
    expect(namesOf({ ...candidate, hasAllRecords: false }, candidate)).toBe('not all records were read');
    expect(namesOf(candidate, { ...candidate, writeSets: null })).toBe('not all records were read');
    expect(namesOf({ ...candidate, driver: 'overlay2' }, candidate)).toBe('the storage driver was changed');
  });

  test('is not told by times that are none, or the wrong way round', () => {
    const read = (readAt: string) => ({ readAt, store: store(candidate) });
    const cannotTell = { cannotTell: 'the two reads are less than 24 h apart' };
    expect(confirmOrphans(read('garbage'), read(NEXT_DAY))).toEqual(cannotTell);
    expect(confirmOrphans(read(NEXT_DAY), read(DAY))).toEqual(cannotTell);
  });

  test('is excused by an import that still goes on, not by one that has stood still', () => {
    const inFlight = { entries: [entry(HEX, 'import-in-flight')] };
    const earlier = { ...inFlight, writeSets: [writeSet('write-set-1', DAY)] };
    expect(namesOf(earlier, { ...inFlight, writeSets: [writeSet('write-set-1', NEXT_DAY)] })).toEqual([]);
    expect(namesOf(earlier, { ...inFlight, writeSets: [writeSet('write-set-1', DAY)] })).toEqual([HEX]);
    expect(namesOf(earlier, { ...inFlight, writeSets: [writeSet('write-set-2', NEXT_DAY)] })).toEqual([HEX]);
    expect(namesOf(earlier, { ...inFlight, writeSets: [writeSet('write-set-1', NEXT_DAY, OTHER)] })).toEqual([HEX]);
  });
});

describe('the class of an entry', () => {
  const records = (changes = {}) => ({
    ...{ references: new Map<string, Reference>(), hasAllRecords: true, writeSets: [], ...changes },
  });

  test.each([
    ['64 hex digits', HEX, 'candidate-orphan'],
    ['the same with -init', `${HEX}-init`, 'candidate-orphan'],
    ['63 hex digits', HEX.slice(1), 'unknown'],
    ['65', `${HEX}a`, 'unknown'],
    ['capitals', HEX.toUpperCase(), 'unknown'],
    ['another ending', `${HEX}-removing`, 'unknown'],
    ['a line after it', `${HEX}\n`, 'unknown'],
    ['25 letters and digits', 'jmvqoshf4pp1k4etd55css1tw', 'buildkit'],
    ['24 of them', 'mvqoshf4pp1k4etd55css1tw', 'unknown'],
    ['base, on another driver', 'base', 'unknown'],
  ])('by its name: %s', (_, name, kind) => {
    expect(classifyEntry(name, 'btrfs', records())).toBe(kind);
  });

  test('is what its record says, whatever its name', () => {
    const references = new Map<string, Reference>([['jmvqoshf4pp1k4etd55css1tw', { kind: 'layer', ownerId: HEX }]]);
    expect(classifyEntry('jmvqoshf4pp1k4etd55css1tw', 'btrfs', records({ references }))).toBe('layer');
  });

  test('is an import only as long as a write-set may be its own, which is never of an -init', () => {
    const early = records({ writeSets: [writeSet('write-set-1', DAY)] });
    expect(classifyEntry(HEX, 'btrfs', early)).toBe('import-in-flight');
    expect(classifyEntry(`${HEX}-init`, 'btrfs', early)).toBe('candidate-orphan');
    const late = records({ writeSets: [writeSet('write-set-1', DAY, OTHER)] });
    expect(classifyEntry(HEX, 'btrfs', late)).toBe('candidate-orphan');
    expect(classifyEntry(OTHER, 'btrfs', late)).toBe('import-in-flight');
  });
});

describe('records', () => {
  test.each([
    '',
    'null',
    '[1]',
    '{',
    '{"device_id":1,"size":209715200}',
    '{"device_id":"1","size":1,"transaction_id":1}',
    '{"device_id":-1,"size":1,"transaction_id":1}',
    '{"device_id":1.5,"size":1,"transaction_id":1}',
    '{"device_id":1,"size":9007199254740993,"transaction_id":1}',
  ])('of a thin device that are none: %s', (text) => {
    expect(parseThinRecord(text)).toBeNull();
  });

  test('of a thin device, by the name of each number', () => {
    const text = '{"device_id":7,"size":8,"transaction_id":9,"initialized":false,"deleted":true}';
    expect(parseThinRecord(text)).toEqual({
      ...{ deviceId: 7, sizeBytes: 8, transactionId: 9, isInitialized: false, isDeleted: true },
    });
  });

  test('of sizes: nothing but digits, and none beyond 2^53', () => {
    expect(['0', '7340032', '9007199254740991'].map(parseSize)).toEqual([0, 7_340_032, 9_007_199_254_740_991]);
    expect(['', '-1', '1e3', '0x10', '1.5', '9007199254740992', ' 1'].map(parseSize)).toEqual(Array(7).fill(null));
  });

  test('name no entry outside the folder', () => {
    expect(['..', '.', '', '../a', 'a/b', '-init', 'a'.repeat(129)].map(parseEntryName)).toEqual(Array(7).fill(null));
    expect(parseEntryName('jmvqoshf4pp1k4etd55css1tw')).toBe('jmvqoshf4pp1k4etd55css1tw');
  });

  test('of a layer that is being removed have its chain id', () => {
    expect(parseLayerFolder(`${HEX}-${OTHER}-removing`)).toEqual({ chainId: HEX, isBeingRemoved: true });
    expect(parseLayerFolder(HEX)).toEqual({ chainId: HEX, isBeingRemoved: false });
    expect(parseLayerFolder(`${HEX}-removing`)).toBeNull();
  });
});
