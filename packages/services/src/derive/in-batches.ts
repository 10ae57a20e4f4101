import type { HostAddress } from '@silt/db';

export interface HostFailure {
  hostId: number;
  error: unknown;
}

/**
 * Does the work batch by batch until the signal aborts. What cannot be done of one host must not keep the others: a batch
 * that fails is done host by host.
 *
 * @returns the hosts that failed alone.
 */
export async function inBatches<Host extends HostAddress>(
  hosts: readonly Host[],
  { size, signal }: { size: number; signal: AbortSignal },
  work: (batch: readonly Host[]) => Promise<void>,
): Promise<HostFailure[]> {
  const failures: HostFailure[] = [];
  for (let first = 0; first < hosts.length && !signal.aborted; first += size) {
    const batch = hosts.slice(first, first + size);
    try {
      await work(batch);
    } catch (error) {
      if (batch.length === 1) failures.push({ hostId: batch[0]?.hostId as number, error });
      else failures.push(...(await inBatches(batch, { size: 1, signal }, work)));
    }
  }
  return failures;
}
