import type { FindingRow } from '@silt/domain';

/**
 * Bytes that the remedies of a store's findings promise, and how many of them promise any; what two promise of one
 * subject counts once. null = none does.
 */
export function wonBackOf(findings: readonly FindingRow[]): { bytes: number; findings: number } | null {
  const bySubject = new Map<string, number>();
  let count = 0;
  for (const { subject, promisedBytes } of findings) {
    if (promisedBytes === null || promisedBytes <= 0) continue;
    count += 1;
    bySubject.set(subject, Math.max(promisedBytes, bySubject.get(subject) ?? 0));
  }
  if (count === 0) return null;
  return { bytes: [...bySubject.values()].reduce((sum, bytes) => sum + bytes, 0), findings: count };
}
