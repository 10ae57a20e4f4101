'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../shared/api/trpc.ts';

/** Reads the settings again after a change. */
export function useTagSettingChange(): () => Promise<void> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: trpc.tagSettings.pathKey() });
}
