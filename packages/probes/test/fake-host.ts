import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CollectOptions, newCollectMemory } from '../src/collect.ts';
import type { Statfs } from '../src/filesystems/parse.ts';
import { btrfsCapture, fixture } from './fixture.ts';

export const BTRFS_UUID = '2634753e-f0b5-4c3f-93c2-1f2dfdc6c16a';
const GIB = 1024 ** 3;

/** A captured host below a temporary folder: its mounts, its btrfs, and loop files of 1 GiB without a byte in them. */
export class FakeHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'silt-probes-'));
  readonly options: CollectOptions;
  /** Answer for each mount point; others have one of 4,096,000 bytes, half of them used. */
  readonly answers = new Map<string, () => Promise<Statfs>>();
  /** Mount points that statfs was asked for, as the host has them. */
  readonly asked: string[] = [];

  constructor() {
    this.options = {
      roots: { procRoot: join(this.folder, 'proc'), sysRoot: join(this.folder, 'sys'), hostRoot: this.folder },
      dockerSockets: [],
      dockerSizes: false,
      memory: newCollectMemory(),
      statfs: (path) => this.#statfs(path.slice(this.folder.length) || '/'),
    };
    this.putMounts(fixture('mounts/docker-overlay2.txt'));
    this.put('proc/filesystems', fixture('mounts/filesystems.txt'));
    this.put('proc/uptime', '7817.76 14920.11\n');
    this.put('proc/sys/kernel/random/boot_id', '7a1c9b14-496f-4145-9f83-6a050b91ced0\n');
    for (const [path, text] of btrfsCapture()) this.put(`sys/fs/btrfs/${BTRFS_UUID}/${path}`, text);
    this.put('sys/fs/btrfs/features/raid1c34', '0\n');
    for (const [name, image] of Object.entries({ loop0: 'dbtr', loop1: 'ext', loop2: 'x' })) {
      this.put(`sys/block/${name}/loop/backing_file`, `/srv/lab/img/${image}.img\n`);
      this.put(`srv/lab/img/${image}.img`, '');
      truncateSync(join(this.folder, `srv/lab/img/${image}.img`), GIB);
    }
    mkdirSync(join(this.folder, 'sys/block/loop7'), { recursive: true });
  }

  put(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Mounts of a captured mountinfo, seen below the temporary folder as a container sees its host. */
  putMounts(mountinfo: string): void {
    const rows = mountinfo.trim().split('\n');
    const moved = rows.map((row) => {
      const fields = row.split(' ');
      fields[4] = fields[4] === '/' ? this.folder : `${this.folder}${fields[4]}`;
      return fields.join(' ');
    });
    this.put('proc/self/mountinfo', `${moved.join('\n')}\n`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #statfs(mountPoint: string): Promise<Statfs> {
    this.asked.push(mountPoint);
    const half: Statfs = { bsize: 4096n, blocks: 1_000n, bfree: 500n, bavail: 500n, files: 100n, ffree: 60n };
    return this.answers.get(mountPoint)?.() ?? Promise.resolve(half);
  }
}
