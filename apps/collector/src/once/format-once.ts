import type { Inventory, ProbeReport, Snapshot } from '@silt/domain';
import { faint, paint } from './fill-bar.ts';
import { hostTree } from './host-tree.ts';
import { notices } from './notices.ts';
import { printable } from './printable.ts';
import { treeLines } from './tree.ts';

const STATES = { ok: 'ok', unavailable: 'unknown', failed: 'critical' } as const;
const STATUS_WIDTH = 11;
const NAME_WIDTH = 12;
const DURATION_WIDTH = 8;

/** A host for people: its storage as a tree, what was noticed in it, and what each probe said. */
export function formatOnce(snapshot: Snapshot, inventory: Inventory): string {
  const tree = treeLines(hostTree(snapshot, inventory));
  const parts = [
    tree.length === 0 ? ['No storage was read.'] : tree,
    notices(inventory).map((notice) => `${paint('warning', '!')} ${notice}`),
    snapshot.probes.map(reportLine),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function reportLine({ probe, status, reason, durationMilliseconds }: ProbeReport): string {
  const took = `${durationMilliseconds.toFixed(1).padStart(DURATION_WIDTH)} ms`;
  const line = `${paint(STATES[status], status.padEnd(STATUS_WIDTH))} ${probe.padEnd(NAME_WIDTH)} ${faint(took)}`;
  return reason === null ? line : `${line}  ${printable(reason)}`;
}
