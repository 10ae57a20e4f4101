import { btrfsMetadataHeadroom } from './btrfs-metadata-headroom/rule.ts';
import { btrfsUnallocatedLow } from './btrfs-unallocated-low/rule.ts';
import { worseOf } from './hysteresis.ts';
import { type FindingInput, SEVERITIES, type Severity, type StandingFinding } from './rule.ts';

/** What has run short there is what data has taken, or would take: one cause. */
const OTHERS = [btrfsUnallocatedLow, btrfsMetadataHeadroom];

/**
 * Whether other rules say of a store, by its key, that btrfs runs out of room, no less severely than this. What stands goes on,
 * so that two rules do not take turns.
 */
export function toldElsewhere(
  input: FindingInput,
): (storeKey: string, severity: Severity, standing: StandingFinding | null) => boolean {
  const told = new Map<string, Severity | null>();
  for (const { storeKey, severity } of OTHERS.flatMap(({ check }) => check(input).findings)) {
    if (storeKey !== null) told.set(storeKey, worseOf(told.get(storeKey) ?? null, severity));
  }
  return (storeKey, severity, standing) => {
    const other = told.get(storeKey) ?? null;
    return standing === null && other !== null && SEVERITIES.indexOf(other) <= SEVERITIES.indexOf(severity);
  };
}
