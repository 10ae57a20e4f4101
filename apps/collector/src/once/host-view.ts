import type { HostFacts, Inventory, Snapshot } from '@silt/domain';
import type { Paint } from './paint.ts';

/** What was read of a host at one time. */
export interface HostSeen {
  /** null = not read. */
  facts: HostFacts | null;
  snapshot: Snapshot;
  inventory: Inventory;
}

/** The same, every text in it printable, and how it is shown. */
export interface HostView extends HostSeen {
  paint: Paint;
}
