import type { FilePin, Inventory } from '../../inventory/index.ts';
import { shortKey } from '../../items/run/make-item.ts';
import { rootsOf } from '../../items/run/places.ts';
import type { SeriesName } from '../../series.ts';
import { type Holder, holderKey, holderOf, isStillThere, MAX_HOLDERS, restartHolder } from '../holders.ts';
import { growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy, heldSeriesOf } from '../promise.ts';
import { defineRule, type FindingInput, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, expectAfter, look } from '../steps.ts';
import { text } from './text.ts';

const ID = 'fd-pin';
/** From here on it is worth an act this week; our own choice. */
const WARNING_BYTES = 1024 ** 3;
const MAX_FILES = 5;

export type PinnedFiles = {
  /** What the files are held by: a unit, a container, a pod, or `pid 837`. */
  heldBy: string;
  allocatedBytes: number;
  fileCount: number;
  /** The largest ones. */
  files: { path: string; allocatedBytes: number; pid: number; descriptor: number }[];
  /** The first ones. */
  holders: Holder[];
  holderCount: number;
  /** What falls when they are closed; null = store not known. */
  usedSeries: SeriesName | null;
};

export const fdPin = defineRule<PinnedFiles>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'proc(5)'],
  wasSeen: true,
  check(input) {
    const { inventory, snapshot } = input;
    const answer: RuleAnswer<PinnedFiles> = { findings: [], cannotTell: [] };
    const pins = inventory?.mounts?.pins ?? null;
    if (inventory === null || pins === null) {
      return { ...answer, cannotTell: [{ subject: null, missing: 'processes' }] };
    }
    const storeKey = storeOf(input);
    for (const [heldBy, group] of groupsOf(inventory, pins)) {
      const evidence = evidenceOf(heldBy, group, heldSeriesOf(snapshot, storeKey));
      if (evidence.allocatedBytes === 0) continue;
      const least = growthFor(standingOf(input, ID, heldBy), 'warning', WARNING_BYTES);
      const severity = evidence.allocatedBytes >= least ? 'warning' : 'notice';
      answer.findings.push({ subject: heldBy, storeKey, severity, evidence });
    }
    return answer;
  },
  remedy: ({ files, holders }) => {
    const [first] = files;
    const restarts = new Map(holders.map((holder) => [holderKey(holder), holder]));
    return [
      ...(first === undefined ? [] : [hasNoLink(first)]),
      ...[...restarts.values()].flatMap((holder) => [isStillThere(holder), endHolder(holder)]),
      ...(first === undefined ? [] : [isClosed(first)]),
    ];
  },
  promise: ({ allocatedBytes, usedSeries }) => fallsBy(allocatedBytes, usedSeries),
  text,
  // fixtures incident2-overlay-leak, deleted-fd-pin.txt; the unit is an edit, the lab ran without systemd.
  example: {
    ...{ heldBy: 'backup.service', allocatedBytes: 104_857_600, fileCount: 1, usedSeries: 'usedBytes', holderCount: 1 },
    files: [{ path: '/leak', allocatedBytes: 104_857_600, pid: 837, descriptor: 7 }],
    holders: [
      {
        ...{ pid: 837, processName: 'sleep', unit: 'backup.service', podUid: null, containerId: null, container: null },
      },
    ],
  },
});

interface Group {
  holders: Map<number, Holder>;
  files: PinnedFiles['files'];
}

/** By all that hold a file: only when each of them ends is its space back. */
function groupsOf(inventory: Inventory, pins: readonly FilePin[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { holders, path, allocatedBytes } of pins) {
    const [first] = holders;
    if (first === undefined) continue;
    const all = holders.map((one) => holderOf(inventory, one));
    const key = shortKey([...new Set(all.map(holderKey))].sort().join(', '));
    const group: Group = groups.get(key) ?? { holders: new Map<number, Holder>(), files: [] };
    for (const holder of all) group.holders.set(holder.pid, holder);
    group.files.push({ path, allocatedBytes, pid: first.pid, descriptor: first.descriptor });
    groups.set(key, group);
  }
  return groups;
}

/** An overlay that is mounted nowhere is of the one store that has data roots, as far as there is one alone. */
function storeOf({ inventory, snapshot }: FindingInput): string | null {
  const roots = inventory === null ? [] : rootsOf(inventory, snapshot.layout);
  const stores = new Set(roots.map(({ storeKey }) => storeKey));
  return stores.size === 1 ? ([...stores][0] ?? null) : null;
}

function evidenceOf(heldBy: string, { holders, files }: Group, usedSeries: SeriesName | null): PinnedFiles {
  const largest = files.toSorted((a, b) => b.allocatedBytes - a.allocatedBytes);
  return {
    heldBy,
    allocatedBytes: files.reduce((sum, one) => sum + one.allocatedBytes, 0),
    fileCount: files.length,
    usedSeries,
    files: largest.slice(0, MAX_FILES),
    holders: [...holders.values()].slice(0, MAX_HOLDERS),
    holderCount: holders.size,
  };
}

const hasNoLink = ({ pid, descriptor }: PinnedFiles['files'][number]): RemedyStep =>
  look(
    shellLine('stat', '--dereference', '--format=%h links, %b blocks of %B bytes', `/proc/${pid}/fd/${descriptor}`),
    'Must say "0 links": no name leads to the file any more. To keep its content, copy it from this path first.',
    '必须显示 “0 links”：已没有任何文件名指向它。若要保留内容，请先从该路径复制出来。',
  );

function endHolder(holder: Holder): RemedyStep {
  const restart = restartHolder(holder);
  if (restart !== null) return { ...restart, isDestructive: restart.kind === 'run' };
  return destroy(
    shellLine('kill', '-TERM', String(holder.pid)),
    `Ends ${holder.processName}; ask its owner first, and start it again the way it was started. The file without a name is gone with it.`,
    `结束 ${holder.processName}；请先征得其所有者同意，再按原来的方式启动。没有文件名的文件会随之消失。`,
  );
}

const isClosed = ({ pid, descriptor, path }: PinnedFiles['files'][number]): RemedyStep =>
  expectAfter(
    `No longer there, or no longer ${path}; df shows the space.`,
    `该描述符已不存在，或不再指向 ${path}；df 会显示空间已释放。`,
    shellLine('ls', '-l', `/proc/${pid}/fd/${descriptor}`),
  );
