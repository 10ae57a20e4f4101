'use client';
import { STATES } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';
import { HOSTS_INPUT } from './findings-inputs.ts';

export interface Hosts {
  total: number;
  /** One of them; null = there is none. */
  firstId: string | null;
}

/** The hosts that findings can be about; null = not read yet. */
export function useHosts(): Hosts | null {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.fleet.page.queryOptions(HOSTS_INPUT));
  if (!data) return null;
  return { total: STATES.reduce((sum, state) => sum + data.counts[state], 0), firstId: data.hosts[0]?.hostId ?? null };
}
