import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LayerStore } from '@silt/domain';
import { HangGuard } from '../src/hang-guard.ts';
import type { FileFacts, Lstat } from '../src/layers/files.ts';
import type { LayersMemory } from '../src/layers/memory.ts';
import { type LayerTools, readLayers } from '../src/layers/read-layers.ts';
import type { Probed } from '../src/problem.ts';
import { fixture } from './fixture.ts';

interface Layout {
  driver: string;
  layerdb: {
    sha256: Record<string, Record<string, string>>;
    mounts: Record<string, Record<string, string>>;
    tmp: string[];
  };
  /** An entry of overlay2 has the text of its files, and true for its folders, beside these. */
  driverDir: Record<string, { ino: number; dev: number; mtime: number }>;
  containersDir: string[];
  volumesDir: string[];
  rootListing: string[];
}

export const layoutOf = (name: string): Layout => JSON.parse(fixture(`layers/${name}.json`));

const DRIVER_FOLDERS: Record<string, string> = {
  ...{ btrfs: 'btrfs/subvolumes', overlay2: 'overlay2', 'fuse-overlayfs': 'fuse-overlayfs', vfs: 'vfs/dir' },
};

/** A data root below a temporary folder, made of a captured layout. What no other file system has is answered by `lstat`. */
export class FakeDataRoot {
  readonly folder: string;
  readonly guard = new HangGuard();
  readonly memory: LayersMemory = new Map();
  /** Path below the data root → what lstat says beside what is on disk. */
  readonly facts = new Map<string, Partial<FileFacts>>();
  /** Paths that were asked for, in turn. */
  readonly asked: string[] = [];
  driver = 'btrfs';
  /** Comes before each answer. */
  beforeAnswer: (path: string) => Promise<void> | void = () => {};
  /** Comes between an answer and what is done with it. */
  afterAnswer: (path: string) => void = () => {};

  readonly lstat: Lstat = async (path) => {
    const own = path.slice(this.folder.length + 1);
    this.asked.push(own);
    await this.beforeAnswer(own);
    const { ino, dev, mtimeMs, ctimeMs } = await lstat(path);
    this.afterAnswer(own);
    return { ino, dev, mtimeMs, ctimeMs, ...this.facts.get(own) };
  };

  constructor(folder = mkdtempSync(join(tmpdir(), 'silt-layers-'))) {
    this.folder = folder;
  }

  static of(name: string, driver?: string, folder?: string): FakeDataRoot {
    const root = new FakeDataRoot(folder);
    const layout = { ...layoutOf(name), ...(driver === undefined ? {} : { driver }) };
    root.driver = layout.driver;
    for (const folder of layout.rootListing) root.mkdir(folder);
    root.mkdir(`image/${layout.driver}/layerdb/tmp`);
    for (const kind of ['sha256', 'mounts'] as const) {
      for (const [id, files] of Object.entries(layout.layerdb[kind])) {
        for (const [file, text] of Object.entries(files)) root.putRecord(`${kind}/${id}/${file}`, text);
      }
    }
    for (const set of layout.layerdb.tmp) root.putRecord(`tmp/${set}/tar-split.json.gz`, '');
    for (const name of layout.containersDir) root.mkdir(`containers/${name}`);
    for (const name of layout.volumesDir) {
      if (name === 'backingFsBlockDev' || name === 'metadata.db') root.put(`volumes/${name}`, '');
      else root.mkdir(`volumes/${name}/_data`);
    }
    for (const [entry, { ino, dev, mtime }] of Object.entries(layout.driverDir)) {
      root.putEntry(entry, { ino, dev, mtimeMs: Math.trunc(mtime * 1_000) });
    }
    return root;
  }

  /** With the folders and files in it that every whole layer of overlay2 has. */
  putEntry(name: string, facts: Omit<FileFacts, 'ctimeMs'>): void {
    const path = `${DRIVER_FOLDERS[this.driver]}/${name}`;
    this.mkdir(path);
    if (this.driver === 'btrfs') this.facts.set(path, { ino: facts.ino, dev: facts.dev });
    else if (name !== 'l' && this.driver !== 'vfs') {
      this.mkdir(`${path}/diff`);
      this.put(`${path}/link`, 'ITODSV65TLJUUU4YGXWPXGHUMQ');
    }
    utimesSync(join(this.folder, path), facts.mtimeMs / 1_000, facts.mtimeMs / 1_000);
  }

  mkdir(path: string): void {
    mkdirSync(join(this.folder, path), { recursive: true });
  }

  put(path: string, text: string | Uint8Array): void {
    this.mkdir(dirname(path));
    writeFileSync(join(this.folder, path), text);
  }

  /** A file of layerdb. */
  putRecord(path: string, text: string | Uint8Array): void {
    this.put(`image/${this.driver}/layerdb/${path}`, text);
  }

  remove(path = ''): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** Makes a folder a subvolume as lstat shows one. */
  putSubvolume(path: string): void {
    this.mkdir(path);
    this.facts.set(path, { ino: 256, dev: 1_000 + this.facts.size });
  }

  read(changes: Partial<LayerTools> = {}): Promise<Probed<LayerStore>> {
    const { guard, memory, driver, lstat } = this;
    return readLayers({ guard, memory, driver, dataRoot: this.folder, lstat, ...changes });
  }

  /** What is there to be read, and nothing that could not be. */
  async store(): Promise<LayerStore> {
    const { value, problems } = await this.read();
    if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join('; '));
    return value;
  }
}

/** Data roots of a test file, removed after it. */
export class FakeDataRoots {
  readonly #made: FakeDataRoot[] = [];

  /** `driver`: as if the capture were of another one. */
  of(name: string, driver?: string): FakeDataRoot {
    return this.keep(FakeDataRoot.of(name, driver));
  }

  keep(root: FakeDataRoot): FakeDataRoot {
    this.#made.push(root);
    return root;
  }

  removeAll(): void {
    for (const root of this.#made.splice(0)) root.remove();
  }
}

/** Paths of a captured `btrfs subvolume list` below a folder. */
export function subvolumesBelow(name: string, folder: string): string[] {
  const paths = fixture(`layers/${name}`)
    .trim()
    .split('\n')
    .map((row) => row.split(' path ')[1] ?? '');
  return paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
}
