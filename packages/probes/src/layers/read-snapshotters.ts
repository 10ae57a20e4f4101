import { join } from 'node:path';
import type { Snapshotter } from '@silt/domain';
import type { HangGuard } from '../hang-guard.ts';
import type { Probed } from '../problem.ts';
import { Complaints } from './complaints.ts';
import { factsOf, lstatOfHost, namesIn } from './files.ts';
import { guarded } from './guarded.ts';

const MAX_SNAPSHOTTERS = 64;
const SNAPSHOTTER = /^io\.containerd\.snapshotter\.v1\.(.+)$/;

export interface SnapshotterTools {
  guard: HangGuard;
  /** containerd's root as this process reaches it, `/var/lib/containerd`. */
  root: string;
}

/** The snapshotters that have a folder in containerd's root, which it makes for each one it could start. */
export async function readSnapshotters({ guard, root }: SnapshotterTools): Promise<Probed<Snapshotter[]>> {
  const complaints = new Complaints(root);
  const value: Snapshotter[] = [];
  try {
    const names = await guarded(guard, root, () => namesIn(root));
    if (names === null) complaints.add('root', 'not there', 'unavailable');
    const folders = (names ?? []).filter((name) => SNAPSHOTTER.test(name)).sort();
    const left = folders.length - MAX_SNAPSHOTTERS;
    if (left > 0) complaints.add('snapshotters', `${left} snapshotters are more than are read`);
    for (const folder of folders.slice(0, MAX_SNAPSHOTTERS)) {
      value.push(await guarded(guard, join(root, folder), () => readSnapshotter(root, folder, complaints)));
    }
  } catch (error) {
    complaints.addError('.', error);
  }
  return { value, problems: complaints.toProblems() };
}

async function readSnapshotter(root: string, folder: string, complaints: Complaints): Promise<Snapshotter> {
  const name = SNAPSHOTTER.exec(folder)?.[1] ?? folder;
  try {
    const snapshots = await namesIn(join(root, folder, 'snapshots'));
    const numbered = snapshots?.filter((one) => /^\d+$/.test(one)).length ?? null;
    const hasMetadataDb = (await factsOf(lstatOfHost, join(root, folder, 'metadata.db'))) !== null;
    const otherCount = snapshots === null || numbered === null ? null : snapshots.length - numbered;
    return { name, snapshotCount: numbered, otherCount, hasMetadataDb };
  } catch (error) {
    complaints.addError(folder, error);
    return { name, snapshotCount: null, otherCount: null, hasMetadataDb: null };
  }
}
