import type { FindingList } from '@silt/domain';
import type { Severity } from '@silt/domain/findings';

export interface FindingMark {
  /** Of the worst. */
  severity: Severity;
  count: number;
  /** There may be more than were counted. */
  atLeast: boolean;
}

/** The findings of each store, by store key. `findings` has the worst first, of `total` that there are. */
export function findingMarks({ findings, total }: FindingList): Map<string, FindingMark> {
  const marks = new Map<string, FindingMark>();
  for (const { storeKey, severity } of findings) {
    if (storeKey === null) continue;
    const mark = marks.get(storeKey);
    if (mark) mark.count += 1;
    else marks.set(storeKey, { severity, count: 1, atLeast: findings.length < total });
  }
  return marks;
}
