import { createHash, randomBytes } from 'node:crypto';
import type { Layout, Snapshot } from '@silt/domain';
import { MAX_STORES } from '@silt/wire';
import { GOLDEN_SNAPSHOT } from '../harness/peer.ts';

const BOOT_ID = GOLDEN_SNAPSHOT.bootId;
/** At the start of this process, so that no uptime is negative. */
export const UPTIME_AT_START_MILLISECONDS = 30 * 86_400_000;
/** As many bytes of randomness a name that no compression gets the layout under a frame's limit. */
const NAME_BYTES = 1_500;

const LAYOUT = GOLDEN_SNAPSHOT.layout.description as Layout;

export interface Beat {
  marker: number;
  /** Milliseconds ago. */
  ago: number;
}

/** A golden snapshot of another time; its first reading is the marker. */
export function loadSnapshot({ marker, ago }: Beat): Snapshot {
  return {
    takenAt: new Date(Date.now() - ago).toISOString(),
    bootId: BOOT_ID,
    uptimeMilliseconds: uptimeNow() - Math.round(ago),
    layout: LAYOUT,
    readings: [marker, ...GOLDEN_SNAPSHOT.readings.slice(1)],
    probes: GOLDEN_SNAPSHOT.probes,
  };
}

/** One whose layout is longer than a frame, also compressed. */
export function oversizeSnapshot(beat: Beat): Snapshot {
  const [store] = LAYOUT.stores;
  if (store === undefined) throw new Error('the golden layout has a store');
  const stores = Array.from({ length: MAX_STORES }, () => {
    const name = `/srv/${randomBytes(NAME_BYTES).toString('base64url')}`;
    return { ...store, key: `mount:${name}`.slice(0, 4_000), name };
  });
  return { ...loadSnapshot(beat), layout: { stores, daemons: [], entries: [] }, readings: [] };
}

export const uptimeNow = (): number => UPTIME_AT_START_MILLISECONDS + Math.round(performance.now());

export const BOOT = BOOT_ID;

/** What of a snapshot the database keeps, short: its time by the host and its readings. */
export function contentOf(takenAt: string, readings: readonly (number | null)[]): string {
  const text = `${Date.parse(takenAt)} ${JSON.stringify(readings)}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
