import { printableAll } from '@silt/domain';
import { wrapText } from './columns.ts';
import { headerLines } from './header-lines.ts';
import { hostTree } from './host-tree.ts';
import type { HostSeen, HostView } from './host-view.ts';
import { notices } from './notices.ts';
import type { Paint } from './paint.ts';
import { probeLines } from './probe-lines.ts';
import { treeLines } from './tree.ts';

/** A host for people: its storage as a tree, what was noticed in it, and what each probe said. */
export function formatOnce(seen: HostSeen, paint: Paint): string {
  const view: HostView = { ...printableAll(seen), paint };
  const { probes } = view.snapshot;
  const noticed = notices(view).flatMap((notice) => wrapText(`${paint('warning', '!')} `, notice));
  const parts = [
    headerLines(view),
    storageLines(view),
    noticed.length === 0 ? [] : [paint('strong', 'Noticed'), ...noticed],
    probes.length === 0 ? [] : [paint('strong', 'Probes'), ...probeLines(probes, paint)],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function storageLines(view: HostView): string[] {
  const { snapshot, inventory } = view;
  if (snapshot.layout.stores.length > 0 || inventory.devices?.length) return treeLines(hostTree(view));
  const filesystems = snapshot.probes.find(({ probe }) => probe === 'filesystems');
  const isRead = filesystems?.status === 'ok' && inventory.devices !== null;
  const line = isRead ? 'There is no storage on this host.' : 'No storage was read; the probes below say why.';
  return [line, ...treeLines(hostTree(view))];
}
