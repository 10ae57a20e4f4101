import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Roots } from '../src/roots.ts';

/** A /sys/block below a temporary folder, made of captured lines. */
export class BlockHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'silt-block-'));
  readonly roots: Roots = {
    procRoot: join(this.folder, 'proc'),
    sysRoot: join(this.folder, 'sys'),
    hostRoot: this.folder,
  };

  constructor(...captures: string[]) {
    mkdirSync(join(this.roots.sysRoot, 'block'), { recursive: true });
    for (const capture of captures) this.putCapture(capture);
  }

  /** `/sys/block/dm-0/size: 8`, `/sys/block/dm-0/slaves: vdb `, `/sys/block/dm-0 -> /sys/block/dm-0/slaves/loop0`. */
  putCapture(text: string): void {
    for (const line of text.trimEnd().split('\n')) {
      const link = / -> (\S+)$/.exec(line)?.[1];
      const [, path = '', value = ''] = /^(\/sys\/block\/\S+): ?(.*)$/.exec(line) ?? [];
      if (link !== undefined) this.link(link);
      else if (/\/(slaves|holders)$/.test(path)) {
        for (const name of value.split(' ').filter((one) => one !== '')) this.link(join(path, name));
      } else this.put(path, `${value}\n`);
    }
  }

  put(path: string, text: string | Uint8Array): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  link(path: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(join(this.roots.sysRoot, 'block', path.split('/').at(-1) ?? ''), file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
