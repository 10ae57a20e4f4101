import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface BunMemory {
  gc(synchronously: boolean): void;
  shrink?(): void;
}

/** The first Node whose collector takes options; before, any argument asks for the young objects alone. */
const NODE_WITH_OPTIONS = 22;

let collect: (() => void) | null = null;

/**
 * Collects all garbage now, and gives what that frees back to the system; 10 to 40 ms. By itself a runtime does so only once
 * much is allocated again, which takes the fast beats many minutes. One that cannot be asked is left alone.
 */
export function giveBackMemory(): void {
  collect ??= collectOf();
  collect();
}

function collectOf(): () => void {
  const { Bun } = globalThis as { Bun?: BunMemory };
  if (Bun !== undefined) {
    return () => {
      Bun.gc(true);
      Bun.shrink?.();
    };
  }
  // As by --expose-gc, which units and pods that were installed earlier do not have.
  setFlagsFromString('--expose-gc');
  const gc: NodeJS.GCFunction | undefined = runInNewContext('globalThis.gc');
  if (Number.parseInt(process.versions.node, 10) < NODE_WITH_OPTIONS) return () => gc?.();
  return () => gc?.({ type: 'major', flavor: 'last-resort' });
}
