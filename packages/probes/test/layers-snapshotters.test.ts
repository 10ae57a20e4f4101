import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { readSnapshotters } from '../src/layers/read-snapshotters.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'silt-containerd-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const read = (folder = root) => readSnapshotters({ guard: new HangGuard(), root: folder });
const NAME = 'io.containerd.snapshotter.v1';

describe("containerd's snapshotters", () => {
  test('are counted by their numbered folders; others there are counted apart', async () => {
    for (const name of ['1', '2', '17', 'new-1234'])
      mkdirSync(join(root, `${NAME}.overlayfs/snapshots/${name}`), { recursive: true });
    writeFileSync(join(root, `${NAME}.overlayfs/metadata.db`), '');
    mkdirSync(join(root, `${NAME}.native/snapshots`), { recursive: true });
    mkdirSync(join(root, `${NAME}.btrfs`));
    mkdirSync(join(root, 'io.containerd.content.v1.content'));
    expect(await read()).toEqual({
      value: [
        { name: 'btrfs', snapshotCount: null, otherCount: null, hasMetadataDb: false },
        { name: 'native', snapshotCount: 0, otherCount: 0, hasMetadataDb: false },
        { name: 'overlayfs', snapshotCount: 3, otherCount: 1, hasMetadataDb: true },
      ],
      problems: [],
    });
  });

  test('of a root that is not there are a problem, of an empty one none', async () => {
    expect(await read()).toEqual({ value: [], problems: [] });
    expect(await read(join(root, 'none'))).toEqual({
      ...{ value: [], problems: [{ status: 'unavailable', text: `${root}/none: not there` }] },
    });
  });

  test('whose snapshots are no folder have none, and the others are still read', async () => {
    mkdirSync(join(root, `${NAME}.a`));
    writeFileSync(join(root, `${NAME}.a/snapshots`), '');
    mkdirSync(join(root, `${NAME}.b/snapshots/1`), { recursive: true });
    const { value } = await read();
    expect(value.map(({ name, snapshotCount }) => [name, snapshotCount])).toEqual([
      ['a', null],
      ['b', 1],
    ]);
  });

  test('of which one fails are the others still read', async () => {
    mkdirSync(join(root, `${NAME}.a`));
    symlinkSync('snapshots', join(root, `${NAME}.a/snapshots`));
    mkdirSync(join(root, `${NAME}.b/snapshots/1`), { recursive: true });
    const { value, problems } = await read();
    expect(value).toEqual([
      { name: 'a', snapshotCount: null, otherCount: null, hasMetadataDb: null },
      { name: 'b', snapshotCount: 1, otherCount: 0, hasMetadataDb: false },
    ]);
    expect(problems).toEqual([{ status: 'failed', text: expect.stringContaining(`${root}: ${NAME}.a: ELOOP`) }]);
  });

  test('are not more than a host can have', async () => {
    for (let place = 0; place < 70; place += 1) mkdirSync(join(root, `${NAME}.s${place}`));
    const { value, problems } = await read();
    expect(value).toHaveLength(64);
    expect(problems).toEqual([{ status: 'failed', text: `${root}: 6 snapshotters are more than are read` }]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'that may not be read are told with what lacks (needs root, to drop it)',
    async () => {
      mkdirSync(join(root, `${NAME}.overlayfs/snapshots`), { recursive: true, mode: 0o700 });
      process.seteuid?.(65_534);
      try {
        const problem = { status: 'unavailable', text: `${root}: needs CAP_DAC_READ_SEARCH or root` };
        expect(await read()).toEqual({ value: [], problems: [problem] });
      } finally {
        process.seteuid?.(0);
      }
    },
  );
});
