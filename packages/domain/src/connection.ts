import type { Connection } from './views.ts';

/** Beats a host may miss before it counts as silent. */
export const SILENT_AFTER_BEATS = 3;
/** Added for the way of a beat: network, batch, commit. */
export const SILENT_GRACE_MILLISECONDS = 5_000;

/** Null = nothing came yet. */
export function connectionOf(status: { lastSeenAt: Date; beatSeconds: number } | null, now: Date): Connection {
  if (status === null) return 'never';
  const allowed = SILENT_AFTER_BEATS * status.beatSeconds * 1_000 + SILENT_GRACE_MILLISECONDS;
  return now.getTime() - status.lastSeenAt.getTime() > allowed ? 'silent' : 'connected';
}
