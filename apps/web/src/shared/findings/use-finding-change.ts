'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';

/** Reads again all that a mute may have made old: findings, counts of hosts, events. */
export function useFindingChange(): () => Promise<void> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return async () => {
    const read = [trpc.findings.pathKey(), trpc.host.pathKey(), trpc.fleet.pathKey()];
    await Promise.all(read.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
