export interface StripRange {
  /** ISO 8601. */
  from: string;
  to: string;
}

/** Where a moment stands, in per cent from the left; what lies outside stands at the border. */
export function stripPlace(at: string, { from, to }: StripRange): number {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return Math.min(100, Math.max(0, ((Date.parse(at) - start) / (end - start)) * 100));
}
