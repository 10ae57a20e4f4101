import type { Daemon, HostFacts, Layout, ProbeReport } from '@silt/domain';
import type { Story } from './inventory/story.ts';
import type { StoreModel } from './stores/store-model.ts';

/** From `at` on the layout is another one; places of readings stay. */
export interface LayoutChange {
  /** Milliseconds since the epoch. */
  at: number;
  change: (layout: Layout) => Layout;
}

/** A time without snapshots, milliseconds since the epoch; `to` is not part of it. */
export interface Outage {
  from: number;
  to: number;
}

/** All that makes one simulated host what it is. */
export interface HostPlan {
  facts: HostFacts;
  tags: string[];
  /** Decides everything that is noise. */
  key: number;
  /** Its scenario begins here; before it nothing but the usual happens. */
  originStep: number;
  /** First step of its history. */
  firstStep: number;
  /** Fresh models at each call, at their origin; a store on a loop file stands before the one that holds the file. */
  models: () => StoreModel[];
  daemons: Daemon[];
  /** In order of time. */
  changes: LayoutChange[];
  /** What is not `ok`, by name of the probe. */
  probes: Record<string, Pick<ProbeReport, 'status' | 'reason'>>;
  outages: Outage[];
  /** What its inventory tells. */
  story: Story;
  /** First snapshot, milliseconds since the epoch. */
  enrolledAt: number;
  /** From then on nothing is sent, milliseconds since the epoch; null = it still sends. */
  silentSince: number | null;
}
