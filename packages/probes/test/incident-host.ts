import { join } from 'node:path';
import type { Inventory, SeriesName, Snapshot } from '@silt/domain';
import { type CollectOptions, collect, newCollectMemory } from '../src/collect.ts';
import { collectInventory } from '../src/collect-inventory.ts';
import type { Statfs } from '../src/filesystems/parse.ts';
import { BlockHost } from './block-capture.ts';
import { FakeDockerHost } from './fake-docker.ts';
import { fixture } from './fixture.ts';
import { FakeDataRoot } from './layers-capture.ts';
import { FakeProc, type FakeProcess } from './mounts-fake-proc.ts';

/** What both beats say of a host together. */
export interface Look {
  /** Taken after the slow beat, whose daemons it tells too. */
  snapshot: Snapshot;
  inventory: Inventory;
}

/** A host made of captures below a temporary folder. `host/` is its root; nothing of this machine is in it. */
export class IncidentHost extends FakeDockerHost {
  readonly proc = new FakeProc(join(this.folder, 'proc'));
  readonly blocks = new BlockHost();
  /** By mount point, after `<pid> ` where it is asked for through the root of a process. Others are EIO. */
  readonly spaces = new Map<string, Statfs>();
  /** What programs print, by words that only one call of them has. */
  readonly commands = new Map<string, string>();
  /** Sizes and blocks of files by their paths on the host, as stat would tell. */
  readonly files = new Map<string, { size: number; blocks: number }>();
  readonly #dataRoots: FakeDataRoot[] = [];

  constructor() {
    super();
    this.put('proc/filesystems', fixture('mounts/filesystems.txt'));
    this.put('proc/uptime', '7817.76 14920.11\n');
    this.put('proc/sys/kernel/random/boot_id', '7a1c9b14-496f-4145-9f83-6a050b91ced0\n');
  }

  get hostRoot(): string {
    return join(this.folder, 'host');
  }

  /** What the collector sees mounted: the host below its own root, as in a container with `/:/host`. */
  putMounts(mountinfo: string): void {
    const rows = mountinfo.trim().split('\n');
    const moved = rows.map((row) => {
      const fields = row.split(' ');
      fields[4] = fields[4] === '/' ? this.hostRoot : `${this.hostRoot}${fields[4]}`;
      return fields.join(' ');
    });
    this.put('proc/self/mountinfo', `${moved.join('\n')}\n`);
  }

  /** A process with its root at a folder below the temporary one. */
  start(pid: number, process: FakeProcess, root = 'host'): void {
    this.proc.put(pid, process);
    this.makeFolder(root);
    this.link(`proc/${pid}/root`, join(this.folder, root));
  }

  /** A captured data root at a path of the host. */
  putDataRoot(path: string, capture: string): FakeDataRoot {
    return this.#keep(FakeDataRoot.of(capture, undefined, join(this.hostRoot, path)));
  }

  putEmptyDataRoot(path: string): FakeDataRoot {
    return this.#keep(new FakeDataRoot(join(this.hostRoot, path)));
  }

  #keep(root: FakeDataRoot): FakeDataRoot {
    this.#dataRoots.push(root);
    return root;
  }

  /** What stat and lstat shall tell of a path, beside what is on disk. */
  factsOf(path: string): object {
    for (const root of this.#dataRoots) {
      const below = `${root.folder.slice(this.hostRoot.length)}/`;
      const place = path.indexOf(below);
      const facts = place < 0 ? undefined : root.facts.get(path.slice(place + below.length));
      if (facts !== undefined) return facts;
    }
    return path.startsWith(this.hostRoot) ? (this.files.get(path.slice(this.hostRoot.length)) ?? {}) : {};
  }

  /** dmsetup's answers, of every device that a captured `status` or `table` has a line of. */
  putDmsetup(command: 'status' | 'table', text: string): void {
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      const [name = ''] = line.split(': ');
      this.commands.set(`dmsetup ${command} ${name}`, `${line.slice(name.length + 2)}\n`);
    }
    const thins = lines.filter((line) => / thin /.test(line)).map((line) => `${line}\n`);
    this.commands.set(`dmsetup ${command} --target thin`, thins.join(''));
  }

  /** A fast beat, a slow one, and a fast one. */
  async look(changes: Partial<CollectOptions> = {}): Promise<Look> {
    const options: CollectOptions = {
      roots: { procRoot: this.proc.folder, sysRoot: this.blocks.roots.sysRoot, hostRoot: this.hostRoot },
      ...{ dockerSockets: [], dockerSizes: false, memory: newCollectMemory() },
      statfs: (path) => this.#statfs(path),
      dmsetup: async (command, name) => this.commands.get(`dmsetup ${command} ${name}`) ?? notCaptured(name),
      command: async ({ name, args }) => {
        const words = [name, ...args];
        const known = [...this.commands].find(([key]) => key.split(' ').every((word) => words.includes(word)));
        return known === undefined ? notCaptured(words.join(' ')) : { code: 0, stdout: known[1], stderr: '' };
      },
      ...changes,
    };
    const { layout } = await collect(options);
    const inventory = await collectInventory(options, layout);
    return { snapshot: await collect(options), inventory };
  }

  override remove(): void {
    super.remove();
    this.blocks.remove();
  }

  async #statfs(path: string): Promise<Statfs> {
    const [, pid, inner] = /^(\d+)\/root(\/.*)$/.exec(path.slice(this.proc.folder.length + 1)) ?? [];
    const name = pid === undefined ? path.slice(this.hostRoot.length) || '/' : `${pid} ${inner}`;
    const space = this.spaces.get(name);
    if (space === undefined) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    return space;
  }
}

const notCaptured = (what: string) => ({ status: 'failed', text: `not captured: ${what}` }) as const;

/** The row of a mount point in a captured `df`, which counts in KiB and tells no inodes. */
export function dfOf(step: string, mountPoint: string): Statfs {
  const words = fixture(`layers/devicemapper/${step}/df.txt`).trim().split(/\s+/);
  const place = words.indexOf(mountPoint);
  const [blocks, used, available] = words.slice(place - 4, place - 1).map(BigInt);
  if (blocks === undefined || used === undefined || available === undefined) throw new Error(`no row: ${mountPoint}`);
  return { bsize: 1024n, blocks, bfree: blocks - used, bavail: available, files: 0n, ffree: 0n };
}

/** Series of a store by name. */
export function seriesOf({ layout, readings }: Snapshot, key: string): Partial<Record<SeriesName, number | null>> {
  return Object.fromEntries(
    layout.entries.flatMap(({ storeKey, series }, place) => (storeKey === key ? [[series, readings[place]]] : [])),
  );
}

/** The one that there must be. */
export function only<Value>(values: readonly Value[] | null | undefined): Value {
  const [first, ...more] = values ?? [];
  if (first === undefined || more.length > 0) throw new Error(`${values?.length ?? 'no'} values, not one`);
  return first;
}
