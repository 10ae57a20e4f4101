'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';

/** Reads again all that a change of collectors may have made old: lists, tokens, rules, and the pages of hosts. */
export function useCollectorChange(): () => Promise<void> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return async () => {
    const read = [trpc.collectors.pathKey(), trpc.host.pathKey(), trpc.fleet.pathKey()];
    await Promise.all(read.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
