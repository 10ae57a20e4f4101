import type { Inventory, Snapshot } from '@silt/domain';
import { run } from './programs.ts';

/** What `silt-collector once --json` prints. */
export type Seen = Snapshot & { inventory: Inventory };

/** One fact: as it was built, and as the collector saw it. */
export interface Check {
  what: string;
  built: unknown;
  seen: unknown;
}

/** Runs the collector on this host as it is now, and compares. */
export type Look = (moment: string, sockets: readonly string[], compare: (seen: Seen) => Check[]) => Promise<void>;

export interface CollectorCall {
  /** The collector's bundle. */
  bundle: string;
  sockets: readonly string[];
  json: boolean;
}

export function callCollector({ bundle, sockets, json }: CollectorCall): Promise<string> {
  const options = [...(json ? ['--json'] : []), ...(sockets.length > 0 ? ['--docker-socket', ...sockets] : [])];
  return run(process.execPath, bundle, 'once', ...options);
}

/** `compare` gets what was seen; a part that is not there fails its own check and not the run. */
export function check(what: string, built: unknown, seen: () => unknown): Check {
  try {
    return { what, built, seen: seen() };
  } catch (error) {
    return { what, built, seen: `not there: ${error instanceof Error ? error.message : String(error)}` };
  }
}
