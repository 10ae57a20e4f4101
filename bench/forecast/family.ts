/** What was read of one resource, with its truth. Times are whole seconds of trace time, which begins at 0. */
export interface Trace {
  id: string;
  family: string;
  /** What it stands for: `filesystem`, `btrfs-unallocated`, `thin-data`, `thin-metadata`, `inodes`, … */
  resource: string;
  /** `[since when, bytes]`, oldest first; the first holds for all that came before it. */
  capacityBytes: [at: number, bytes: number][];
  /** `[when by the host's clock, used bytes]` in the order they were read. A clock step makes a time fall. */
  samples: [at: number, usedBytes: number][];
  /** The first moment at which used ≥ capacity; null = it never was. */
  exhaustedAt: number | null;
}

/** A kind of past that resources have, with ranges wide enough that no two traces are alike. */
export interface Family {
  name: string;
  /** Each of its traces exhausts within its days; otherwise none does. */
  exhausts: boolean;
  /** It fills within hours of its onset, so that no detector can say it 12 hours ahead. */
  isRunaway: boolean;
  /**
   * The same trace for the same numbers.
   *
   * @param random from 0 up to 1
   * @param days how long the trace is; one that exhausts ends some hours after it did
   */
  make(random: () => number, days: number): Trace;
}

export const DAY_SECONDS = 86_400;
export const HOUR_SECONDS = 3_600;
