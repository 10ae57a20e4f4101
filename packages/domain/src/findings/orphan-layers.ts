import type { LayerEntry, LayerStore } from '../inventory/index.ts';
import { keyOf } from '../items/run/make-item.ts';
import type { SeriesName } from '../series.ts';
import { btrfsOf, type DoomedSubvolume, MAX_SUBVOLUME_BYTES, subvolumesIn } from './btrfs-layers.ts';
import type { DockerPlace, DockerRoot } from './docker-place.ts';
import { beginAnswer, DAY_MILLISECONDS, LAYER_NAME, SMALL_BYTES, stoodForADay } from './docker-place.ts';
import { jsonBytes } from './evidence-size.ts';
import { growthFor, standingOf } from './hysteresis.ts';
import { fallsBy, heldSeriesOf } from './promise.ts';
import type { FindingInput, Promised, RuleAnswer } from './rule.ts';

/** In one finding: the next ones come up when these are gone. One at a time is slow, and a list that was too long has cost people their containers. */
const MAX_ORPHANS = 10;

type OrphanLayer = {
  /** 64 hex digits, or with `-init`. */
  name: string;
  /** ISO; null = not read. */
  modifiedAt: string | null;
  /** Its own and those in it, deepest first; empty with another driver than btrfs. */
  subvolumes: DoomedSubvolume[];
  /** Subvolumes in it that are not in the list: they lie nearer to the top. */
  leftOutCount: number;
};

export type OrphanLayers = {
  place: DockerPlace;
  orphans: OrphanLayer[];
  leftOutCount: number;
  /** Of all those told here, at the most; null = no quota group says. */
  bytes: number | null;
  /** No record named them a day ago either. */
  isConfirmed: boolean;
  /** What falls when they are deleted; null = store not known. */
  usedSeries: SeriesName | null;
};

/**
 * Entries of a driver's folder that no record names. With a past: those that have stood so for a day. Without: those that
 * are not being imported, not confirmed. The rest cannot be told before a second look.
 */
export function checkOrphans(
  input: FindingInput,
  { rule, driver }: { rule: string; driver: string },
): RuleAnswer<OrphanLayers> {
  const { answer, roots } = beginAnswer<OrphanLayers>(input);
  for (const one of roots) {
    if (one.root.driver !== null && one.root.driver !== driver) continue;
    const subject = one.place.rootKey;
    const layers = one.root.dataRoot?.layers ?? null;
    if (layers === null || layers.entries === null || !layers.hasAllRecords) {
      answer.cannotTell.push({ subject, missing: 'data-root' });
      continue;
    }
    const suspects = suspectsOf(layers);
    const told = suspects.filter((entry) => isTold(entry, { one, input, layers }));
    if (told.length < suspects.length) answer.cannotTell.push({ subject, missing: 'second-look' });
    if (told.length === 0) continue;
    const evidence = evidenceOf(told, one, input);
    const smallBytes = growthFor(standingOf(input, rule, subject), 'warning', SMALL_BYTES);
    const isSmall = evidence.bytes !== null && evidence.bytes < smallBytes;
    const severity = evidence.isConfirmed && !isSmall ? 'warning' : 'notice';
    answer.findings.push({ subject, storeKey: one.root.layersStoreKey, severity, evidence });
  }
  return answer;
}

/** What has such a name in a folder of subvolumes and is none was not made by Docker. */
const suspectsOf = ({ entries }: LayerStore): LayerEntry[] =>
  (entries ?? []).filter(
    ({ class: kind, name, isSubvolume }) =>
      (kind === 'candidate-orphan' || kind === 'import-in-flight') && LAYER_NAME.test(name) && isSubvolume !== false,
  );

interface Looking {
  one: DockerRoot;
  input: FindingInput;
  layers: LayerStore;
}

function isTold(entry: LayerEntry, { one, input, layers }: Looking): boolean {
  const { now, past, inventory } = input;
  const mounted = (inventory?.mounts?.namespaces ?? []).flatMap(({ layerMounts }) => layerMounts ?? []);
  if (mounted.some(({ mountId }) => mountId === entry.name)) return false;
  if (past === null) return entry.class === 'candidate-orphan';
  if (!stoodForADay(past, keyOf('orphan-layer', one.place.rootKey, entry.name), now)) return false;
  // A killed import leaves its write-set for good; one that is written to is an import that runs.
  const growing = (layers.writeSets ?? []).filter(
    ({ modifiedAt }) => !(now - Date.parse(modifiedAt) >= DAY_MILLISECONDS),
  );
  const mayBeImported = growing.some(({ cacheId }) => cacheId === null || cacheId === entry.name);
  return layers.writeSets !== null && (entry.class === 'candidate-orphan' || !mayBeImported);
}

function evidenceOf(
  told: readonly LayerEntry[],
  { root, place }: DockerRoot,
  { inventory, past, snapshot }: FindingInput,
): OrphanLayers {
  const system = inventory === null || root.driver !== 'btrfs' ? null : btrfsOf(inventory, root.storeKey);
  let [bytes, roomBytes]: [number | null, number] = [0, MAX_SUBVOLUME_BYTES];
  const orphans: OrphanLayer[] = [];
  for (const { name, modifiedAt } of told.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MAX_ORPHANS)) {
    const asked = { folder: 'btrfs/subvolumes', seen: [name], below: name, maxBytes: roomBytes };
    const nested = root.driver === 'btrfs' ? subvolumesIn(system, place, asked) : null;
    // One that does not fit waits for its turn; the first one is cut.
    if (nested !== null && nested.leftOutCount > 0 && orphans.length > 0) break;
    bytes = bytes === null || nested === null || nested.bytes === null ? null : bytes + nested.bytes;
    const subvolumes = nested?.subvolumes ?? [];
    orphans.push({ name, modifiedAt, subvolumes, leftOutCount: nested?.leftOutCount ?? 0 });
    roomBytes -= jsonBytes(subvolumes);
  }
  return {
    ...{ place, orphans, leftOutCount: told.length - orphans.length, bytes, isConfirmed: past !== null },
    usedSeries: heldSeriesOf(snapshot, root.layersStoreKey),
  };
}

/** What their deletion gives back: nothing is deleted before it is confirmed. */
export const promiseOfOrphans = ({ bytes, isConfirmed, usedSeries }: OrphanLayers): Promised | null =>
  isConfirmed ? fallsBy(bytes, usedSeries) : null;
