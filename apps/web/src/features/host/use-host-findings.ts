'use client';
import type { FindingListName } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import { useLocale } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { hostFindingsInput } from './host-findings-input.ts';

/** Of now; not read while `asked` is false. */
export function useHostFindings(hostId: string, list: FindingListName, asked: boolean) {
  const trpc = useTRPC();
  const input = hostFindingsInput(hostId, list, useLocale());
  return useQuery({ ...trpc.findings.list.queryOptions(input), enabled: asked });
}

/** What the rules could not tell of a host. */
export function useBlindness(hostId: string) {
  const trpc = useTRPC();
  return useQuery(trpc.findings.blindness.queryOptions({ hostId, language: useLocale() }));
}
