import { describe, expect, it } from 'vitest';
import type { BtrfsInventory, DockerImage, Subvolume } from '../../src/index.ts';
import { SubvolumeBytes } from '../../src/items/run/btrfs-bytes.ts';
import { heldByLayers } from '../../src/items/run/image-items.ts';
import { exactly, keyOf, listText, makeItem, upTo } from '../../src/items/run/make-item.ts';

const GIB = 2 ** 30;

const subvolume = (over: Partial<Subvolume>): Subvolume => ({
  ...{ id: 256, parentId: 5, uuid: 'u', parentUuid: null, receivedUuid: null, generation: 1, createdGeneration: 1 },
  ...{ readOnly: false, path: 'media', referencedBytes: null, exclusiveBytes: null, ...over },
});
const live = subvolume({ uuid: 'live', referencedBytes: 100 * GIB, exclusiveBytes: 10 * GIB });
const daily = subvolume({ parentUuid: 'live', readOnly: true, referencedBytes: 95 * GIB, exclusiveBytes: 5 * GIB });
const child = subvolume({ parentUuid: 'live', referencedBytes: 130 * GIB, exclusiveBytes: 1 * GIB });
const quotaOf = (over: Partial<BtrfsInventory['quota']>): BtrfsInventory['quota'] => ({
  ...{ mode: 'qgroup', isInconsistent: false, ...over },
});

describe('what a subvolume holds', () => {
  const unknown = { leastBytes: null, mostBytes: null };
  it.each<[string, BtrfsInventory['quota'], Subvolume, { leastBytes: number | null; mostBytes: number | null }]>([
    ['nobody knows without quota groups', null, live, unknown],
    ['nor with them off', quotaOf({ mode: 'off' }), live, unknown],
    ['nor while a rescan is due', quotaOf({ isInconsistent: true }), live, unknown],
    ['nor where its group was not read', quotaOf({}), subvolume({}), unknown],
    ['its own, up to all that it reaches', quotaOf({}), live, { leastBytes: 10 * GIB, mostBytes: 100 * GIB }],
    [
      'a read-only snapshot its own: what it shares is told with its origin',
      quotaOf({}),
      daily,
      { leastBytes: 5 * GIB, mostBytes: 5 * GIB },
    ],
    [
      'a writable one up to what it reaches beyond its origin, 130 − 100',
      quotaOf({}),
      child,
      { leastBytes: 1 * GIB, mostBytes: 30 * GIB },
    ],
    ['simple quotas book each byte once', quotaOf({ mode: 'squota' }), live, exactly(10 * GIB) ?? unknown],
  ])('%s', (_, quota, one, expected) => {
    expect(new SubvolumeBytes({ quota, subvolumes: [live, daily, child] }).heldBy(one)).toEqual(expected);
  });

  it('of several is not known when it is not of one of them', () => {
    const bytes = new SubvolumeBytes({ quota: quotaOf({}), subvolumes: [live, daily] });
    expect(bytes.heldByAll([live, daily])).toEqual({ leastBytes: 15 * GIB, mostBytes: 105 * GIB });
    expect(bytes.heldByAll([live, subvolume({})])).toEqual(unknown);
    expect(bytes.heldByAll([])).toEqual({ leastBytes: 0, mostBytes: 0 });
  });

  it('in a Docker volume counts with that of a nested daemon and with the one that holds the daemon', () => {
    const within = (path: string): Subvolume => subvolume({ path, referencedBytes: 3 * GIB, exclusiveBytes: 2 * GIB });
    const subvolumes = [
      within('docker/volumes/outer/_data/btrfs/subvolumes/1'),
      within('docker/volumes/outer/_data/volumes/inner/_data/2'),
      within('docker/volumes/plain/_data'),
    ];
    const bytes = new SubvolumeBytes({ quota: quotaOf({}), subvolumes });
    expect(bytes.heldInVolume('outer')).toEqual({ leastBytes: 4 * GIB, mostBytes: 6 * GIB });
    expect(bytes.heldInVolume('inner')).toEqual({ leastBytes: 2 * GIB, mostBytes: 3 * GIB });
    expect(bytes.heldInVolume('plain')).toBeNull();
  });

  it('that are deleted together: what a read-only one has beyond its origin comes back too', () => {
    const bytes = new SubvolumeBytes({ quota: quotaOf({}), subvolumes: [live, daily, child] });
    // 100 that it reaches, having no origin, and of the child 130 − 100.
    expect(bytes.mostFreedBy([live, child])).toBe(130 * GIB);
    expect(bytes.mostFreedBy([live, { ...child, readOnly: true }])).toBe(130 * GIB);
    expect(bytes.mostFreedBy([live, subvolume({})])).toBeNull();
    expect(bytes.mostFreedBy([])).toBe(0);
  });
});

describe('layers that images do not have for themselves', () => {
  const image = (sizeBytes: number | null, sharedBytes: number | null): DockerImage => ({
    ...{ id: 'sha256:1', tags: [], sizeBytes, sharedBytes, containers: null, createdAt: null },
  });
  it.each<[string, DockerImage[], number | null, number | null, number | null]>([
    // Two images on a base of 100: 100 + 20 + 30 on disk, 150 of 250 that they name.
    ['all layers without the images’ own', [image(120, 100), image(130, 100)], 150, 100, 100],
    ['and layers of no image', [image(120, 100), image(130, 100)], 190, 140, 140],
    ['nothing where images may hold all of it', [image(120, null), image(130, null)], 150, 0, 0],
    ['what is beyond them where some are not told apart', [image(120, 100), image(130, null)], 190, 40, 40],
    [
      'without layers: what one shares for certain, half of the sum at the most',
      [image(120, 100), image(90, 80)],
      null,
      100,
      100,
    ],
    ['three that share pairwise', [image(60, 50), image(70, 60), image(90, 80)], null, 80, 95],
    ['not known where nothing tells', [image(120, null)], null, null, null],
    ['nor where an image has no size', [image(null, null)], 150, null, null],
    ['no image, no layer', [], 0, 0, 0],
  ])('%s', (_, images, total, leastBytes, mostBytes) => {
    expect(heldByLayers(images, total)).toEqual({ leastBytes, mostBytes });
  });
});

describe('an item', () => {
  it('has a key that fits, and another one for another thing however long', () => {
    const path = '/x'.repeat(2_000);
    const [one, other] = [keyOf('loop-file', 'mount:/', `${path}a`), keyOf('loop-file', 'mount:/', `${path}b`)];
    expect(Math.max(one.length, other.length)).toBeLessThanOrEqual(512);
    expect(one).not.toBe(other);
    expect(keyOf('loop-file', 'mount:/', `${path}a`)).toBe(one);
  });

  it('has no character that a database refuses', () => {
    const { key, name } = makeItem({
      key: keyOf('device', 'a\0b\ud800'),
      kind: 'device',
      name: '\0\ud800',
      scope: 'devices',
    });
    expect([key, name].map((text) => text.isWellFormed() && !text.includes('\0'))).toEqual([true, true]);
  });

  it('is not counted unless it holds something, and holding nothing is not holding an unknown amount', () => {
    const draft = { key: 'image:x', kind: 'image', name: 'x', scope: 'docker' } as const;
    expect(makeItem(draft)).toMatchObject({ counted: false, leastBytes: null, mostBytes: null });
    expect(makeItem({ ...draft, holds: exactly(0) })).toMatchObject({ counted: true, leastBytes: 0, mostBytes: 0 });
    expect(makeItem({ ...draft, holds: exactly(null) })).toMatchObject({ counted: true, leastBytes: null });
    expect(makeItem({ ...draft, holds: upTo(null) })).toMatchObject({
      counted: true,
      leastBytes: null,
      mostBytes: null,
    });
  });

  it('has attributes that were read, and lists that are cut', () => {
    const words = Array.from({ length: 10 }, (_, place) => `v${place}`);
    const made = makeItem({
      ...{ key: 'k', kind: 'image', name: '', scope: 'docker' },
      attributes: { none: null, empty: '', no: false, zero: 0, words: listText(words), long: 'x'.repeat(5_000) },
    });
    expect(made.name).toBe('k');
    expect(made.attributes).toMatchObject({ no: false, zero: 0, words: 'v0, v1, v2, v3, v4, v5, v6, v7 and 2 more' });
    expect(Object.keys(made.attributes)).toEqual(['no', 'zero', 'words', 'long']);
    expect(String(made.attributes.long).length).toBe(1_024);
  });
});
