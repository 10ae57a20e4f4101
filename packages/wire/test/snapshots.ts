import type { Layout, Snapshot } from '@silt/domain';
import { golden } from './golden-frame.ts';

const captured = golden('snapshot');
/** Of the golden snapshot, a real capture. */
export const layout: Layout = captured.layout.description;
export const otherLayout: Layout = { ...layout, daemons: [] };

export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const { takenAt, bootId, uptimeMilliseconds, readings, probes } = captured;
  return { takenAt, bootId, uptimeMilliseconds, readings, probes, layout, ...changes };
}

/** Told from every other one by its uptime. */
export const numbered = (uptimeMilliseconds: number): Snapshot =>
  snapshot({ uptimeMilliseconds, takenAt: new Date(Date.UTC(2026, 0, 1) + uptimeMilliseconds * 1_000).toISOString() });
