import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Roots } from '../src/roots.ts';

export interface FakeProcess {
  name: string | Buffer;
  parentPid?: number;
  startTicks?: number;
  /** Decimal of field 9. */
  flags?: number;
  mountNamespace?: string;
  networkNamespace?: string;
  mountinfo?: string | Buffer;
  arguments?: string[];
  cgroup?: string;
  /** Target of the link and mount id, by number. */
  descriptors?: Record<number, { target: string; mountId: number | null }>;
}

/** A /proc in a temporary folder, with what captures say of processes. */
export class FakeProc {
  readonly folder: string;
  readonly roots: Roots;

  constructor(folder = mkdtempSync(join(tmpdir(), 'silt-proc-'))) {
    this.folder = folder;
    this.roots = { procRoot: folder, sysRoot: '/nowhere', hostRoot: '/nowhere' };
  }

  put(pid: number, one: FakeProcess): void {
    const folder = join(this.folder, String(pid));
    mkdirSync(join(folder, 'ns'), { recursive: true });
    const text = (name: string, content: string | Buffer | undefined): void => {
      if (content !== undefined) writeFileSync(join(folder, name), content);
    };
    text('stat', Buffer.concat([Buffer.from(`${pid} (`), Buffer.from(one.name), Buffer.from(`) ${statTail(one)}\n`)]));
    text('mountinfo', one.mountinfo);
    text('cmdline', one.arguments?.map((word) => `${word}\0`).join(''));
    text('cgroup', one.cgroup);
    if (one.mountNamespace !== undefined) symlinkSync(`mnt:[${one.mountNamespace}]`, join(folder, 'ns/mnt'));
    if (one.networkNamespace !== undefined) symlinkSync(`net:[${one.networkNamespace}]`, join(folder, 'ns/net'));
    for (const name of ['fd', 'fdinfo']) mkdirSync(join(folder, name));
    for (const [number, { target, mountId }] of Object.entries(one.descriptors ?? {})) {
      symlinkSync(target, join(folder, 'fd', number));
      const id = mountId === null ? '' : `mnt_id:\t${mountId}\n`;
      text(`fdinfo/${number}`, `pos:\t0\nflags:\t0100000\n${id}ino:\t567\n`);
    }
  }

  /** The process has ended. */
  end(pid: number): void {
    rmSync(join(this.folder, String(pid)), { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Fields 3 to 52 as this kernel writes them; the sixth from the state on are the flags, the nineteenth the start. */
function statTail({ parentPid = 1, startTicks = 468_403, flags = 0x40_0000 }: FakeProcess): string {
  const rest = '18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0';
  return `S ${parentPid} 7 7 0 -1 ${flags} 100 0 0 0 1 2 0 0 20 0 1 0 ${startTicks} 9000000 500 ${rest}`;
}

/** Bytes or text of a capture of this part. */
export const captureBytes = (path: string): Buffer =>
  readFileSync(new URL(`../fixtures/mount-namespaces/${path}`, import.meta.url));
export const capture = (path: string): string => captureBytes(path).toString('utf8');
