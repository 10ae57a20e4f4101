import type { CollectMemory } from '@silt/probes';

/**
 * Ends this process at once if a call into a dead file server holds a thread of it: `process.exit` would wait for that
 * thread for ever. Does nothing otherwise.
 */
export function endWithHangingCalls({ guard }: CollectMemory): void {
  if (guard.hanging > 0) process.kill(process.pid, 'SIGKILL');
}
