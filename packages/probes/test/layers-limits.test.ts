import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { MAX_ENTRIES } from '../src/layers/read-entries.ts';
import { FakeDataRoots } from './layers-capture.ts';

const roots = new FakeDataRoots();
afterEach(() => roots.removeAll());

const STRAY = 'a'.repeat(64);

describe('names', () => {
  test('with a newline, in UTF-8 and not, are entries of no known kind', async () => {
    const root = roots.of('btrfs-1-normal');
    root.mkdir('btrfs/subvolumes/a\nb');
    root.mkdir(`btrfs/subvolumes/${'A'.repeat(64)}`);
    mkdirSync(Buffer.concat([Buffer.from(join(root.folder, 'btrfs/subvolumes/')), Buffer.from([0xff])]));
    const { entries } = await root.store();
    expect(
      entries?.filter((entry) => entry.class === 'unknown').map(({ name, modifiedAt }) => [name, modifiedAt !== null]),
    ).toEqual([
      ['A'.repeat(64), true],
      ['a\nb', true],
      ['\u{FFFD}', false],
    ]);
  });

  test('in a problem have no control characters', async () => {
    const root = roots.of('btrfs-1-normal');
    root.putRecord('mounts/a\nb/mount-id', '?');
    const [problem] = (await root.read()).problems;
    expect(problem?.text).toMatch(/mounts\/a\u{FFFD}b\/mount-id cannot be understood$/u);
  });

  test('of volumes and of folders in layerdb that are none of the daemon are passed over', async () => {
    const root = roots.of('btrfs-1-normal');
    root.putRecord('sha256/not a layer/cache-id', STRAY);
    root.putRecord('tmp/something else/cache-id', STRAY);
    root.put('volumes/a file', '');
    const store = await root.store();
    expect(store).toMatchObject({ writeSets: [], leftovers: [], hasAllRecords: true });
    expect(store.layers).toHaveLength(3);
  });
});

describe('limits', () => {
  test('of 50,000 entries, the ones that no record names are read first and the rest is counted', async () => {
    const root = roots.of('btrfs-1-normal');
    for (let place = 0; place < 50_000; place += 1) {
      writeFileSync(join(root.folder, 'btrfs/subvolumes', `${place}`.padStart(64, 'f')), '');
    }
    const { value, problems } = await root.read();
    expect(value.entries).toHaveLength(MAX_ENTRIES);
    expect(value.entries?.every((entry) => entry.class === 'candidate-orphan')).toBe(true);
    expect(value.entryCounts).toMatchObject({ layer: 3, container: 4, init: 4, 'candidate-orphan': 50_000 });
    expect(problems).toEqual([
      { status: 'failed', text: `${root.folder}: btrfs/subvolumes: 40011 entries are more than are read` },
    ]);
  }, 60_000);

  test('a volume with more names than a data root has is a user’s, and no more of it is read', async () => {
    const root = roots.of('btrfs-1-normal');
    for (let place = 0; place < 100; place += 1) root.mkdir(`volumes/vol1/_data/${place}`);
    expect((await root.store()).leftovers).toEqual([]);
  });

  test('more records than are read make no orphans', async () => {
    const root = roots.of('btrfs-1-normal');
    root.putSubvolume(`btrfs/subvolumes/${STRAY}`);
    const folder = join(root.folder, 'image/btrfs/layerdb/tmp');
    for (let place = 0; place < 10_001; place += 1) writeFileSync(join(folder, `${place}`), '');
    const { value, problems } = await root.read();
    expect(value.hasAllRecords).toBe(false);
    expect(value.entryCounts).toMatchObject({ unclear: 1, 'candidate-orphan': 0 });
    expect(problems.map(({ text }) => text)).toEqual([expect.stringMatching(/tmp: 1 records are more than are read$/)]);
  });
});
