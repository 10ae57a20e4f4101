import type { GapRow } from '@silt/db';
import type { HistoryGap } from '@silt/domain';

/**
 * Gaps within a range, in order of time, those without a time last. The times of a gap are the host's; less its clock's
 * skew they are the server's, as those of samples are.
 *
 * @param skewMilliseconds the host's clock minus the server's as last known; null = not known.
 */
export function historyGaps(
  rows: readonly GapRow[],
  { from, to, skewMilliseconds }: { from: Date; to: Date; skewMilliseconds: number | null },
): HistoryGap[] {
  const gaps = rows.map((row): HistoryGap => {
    const { firstTakenAt, lastTakenAt, reason } = row;
    const [start, end] = [firstTakenAt ?? lastTakenAt, lastTakenAt ?? firstTakenAt];
    const corrected = (at: string): string => new Date(Date.parse(at) - (skewMilliseconds ?? 0)).toISOString();
    return {
      from: start === null ? null : corrected(start),
      to: end === null ? null : corrected(end),
      records: row.to - row.from + 1,
      reason,
    };
  });
  const within = ({ from: start, to: end }: HistoryGap): boolean =>
    start === null || end === null || (Date.parse(end) >= from.getTime() && Date.parse(start) <= to.getTime());
  const place = ({ from: start }: HistoryGap): number =>
    start === null ? Number.POSITIVE_INFINITY : Date.parse(start);
  return gaps.filter(within).sort((one, other) => (place(one) < place(other) ? -1 : 1));
}
