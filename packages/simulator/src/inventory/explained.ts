import { HELD_SERIES, type Layout, type Store } from '@silt/domain';
import { STEP_MILLISECONDS } from '../calendar.ts';
import { type Process, wander } from '../processes.ts';
import { hashText, noise } from '../random.ts';
import { BLOCK_BYTES, floorTo, KIB } from '../stores/store-model.ts';

/** What no item explains of a store where nothing is wrong: packages of the system on `/`, little elsewhere. */
const ROOT_SHARES = [0.05, 0.08] as const;
const OTHER_SHARES = [0.022, 0.048] as const;
/** By how much of the store it moves, and in how many hours. */
const MOVING_SHARE = 0.006;
const MOVING_HOURS = 30;
const POOL_BLOCK_BYTES = 64 * KIB;

/** Bytes of a store that no inventory can tell, beside what is usual. */
export interface Hidden {
  storeKey: string;
  /** Begins anew when the store is cleaned up. */
  bytes: Process;
}

/** Stores that items hold bytes of: with a daemon on them, a loop file in them, or thin devices. */
export function explainedStores(stores: readonly Store[], daemons: Layout['daemons']): Store[] {
  const keys = new Set([...daemons.map((one) => one.storeKey), ...stores.map(({ loop }) => loop?.outerStoreKey)]);
  return stores.filter(({ key, kind }) => kind === 'thin-pool' || keys.has(key));
}

/** How much of one store nothing explains, as a function of the moment. */
export class Unexplained {
  readonly #unit: number;
  readonly #share: number;
  readonly #moving: Process;
  readonly #hidden: Process | null;

  /** `hostKey` decides the noise. */
  constructor(store: Store, hostKey: number, hidden: Hidden | undefined) {
    const key = hashText(`${hostKey} unexplained ${store.key}`);
    this.#unit = store.kind === 'thin-pool' ? POOL_BLOCK_BYTES : BLOCK_BYTES;
    const [low, high] = store.key === 'mount:/' ? ROOT_SHARES : OTHER_SHARES;
    this.#share = low + (high - low) * noise(key, 0);
    this.#moving = wander({ amount: MOVING_SHARE, hours: MOVING_HOURS, key });
    this.#hidden = hidden?.storeKey === store.key ? hidden.bytes : null;
  }

  /** `heldBytes`: of the series that the items are compared with; `cleanedUpStep`: 0 = never. */
  bytesAt(at: number, heldBytes: number, cleanedUpStep: number): number {
    const step = Math.floor(at / STEP_MILLISECONDS);
    const usual = heldBytes * (this.#share + this.#moving(step));
    return Math.min(heldBytes, floorTo(usual + this.#hiddenBytes(step, cleanedUpStep), this.#unit));
  }

  #hiddenBytes(step: number, cleanedUpStep: number): number {
    if (this.#hidden === null) return 0;
    return Math.max(0, this.#hidden(step) - (cleanedUpStep === 0 ? 0 : this.#hidden(cleanedUpStep)));
  }
}

export const heldSeriesOf = ({ kind }: Store): (typeof HELD_SERIES)[Store['kind']] => HELD_SERIES[kind];
