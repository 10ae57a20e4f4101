export type WorkloadName = 'ci' | 'build' | 'web' | 'registry' | 'edge' | 'database' | 'home' | 'cluster';

/** What a host's inventory tells beside its readings. Steps; what is left out does not happen. */
export interface Story {
  /** What its daemons run. */
  workload: WorkloadName;
  /** From then on each job with a nested daemon leaves its anonymous volume. */
  leftoversSince?: number;
  /** From then on the first job of a day leaves its container. */
  keptSince?: number;
  /** From then on an import is killed now and then, and a container is removed by halves. */
  orphansSince?: number;
  /** From then on another mount namespace holds layers of removed containers. */
  leaksSince?: number;
  /** From then on snapshots of the thin volume are made by day, and nobody removes them. */
  snapshotsSince?: number;
}
