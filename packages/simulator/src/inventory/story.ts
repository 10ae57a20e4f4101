import type { Hidden } from './explained.ts';

export type WorkloadName = 'ci' | 'build' | 'web' | 'registry' | 'edge' | 'database' | 'home' | 'cluster';

/** What a host's inventory tells beside its readings. Steps; what is left out does not happen. */
export interface Story {
  /** What its daemons run. */
  workload: WorkloadName;
  /** From a step on jobs with a nested daemon leave their anonymous volumes: the first ones of a workday. */
  leftovers?: { since: number; runsADay: number; mib: readonly [number, number] };
  /** btrfs counts by quota groups. */
  quota?: true;
  /** What nothing explains beside the usual. */
  hidden?: Hidden;
  /** From then on the first job of a day leaves its container. */
  keptSince?: number;
  /** From then on an import is killed now and then, and a container is removed by halves. */
  orphansSince?: number;
  /** From then on another mount namespace holds layers of removed containers. */
  leaksSince?: number;
  /** From then on snapshots of the thin volume are made by day, and nobody removes them. */
  snapshotsSince?: number;
}

/** Homes count by quota groups; Docker hosts mostly not, as their prunes would suffer. */
export const hasQuotaOf = ({ workload, quota }: Story): boolean => workload === 'home' || quota === true;
