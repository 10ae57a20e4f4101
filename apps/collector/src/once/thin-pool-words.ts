import {
  formatBytes,
  type Inventory,
  overcommitOf,
  type State,
  type Store,
  type ThinInventory,
  type ThinPoolFacts,
  type ThinPoolItem,
  type ThinPoolState,
} from '@silt/domain';
import type { Paint } from './paint.ts';
import { shortName } from './shorten.ts';

const STATE_WORDS: Record<ThinPoolState, { state: string; effect: string }> = {
  rw: { state: 'in order', effect: '' },
  'out-of-data-space': { state: 'out of data space', effect: '' },
  'out-of-data-space-queueing': { state: 'out of data space', effect: 'and writers wait' },
  'out-of-data-space-timed-out': { state: 'out of data space', effect: 'and writes are being lost' },
  'out-of-data-space-erroring': { state: 'out of data space', effect: 'and writes fail' },
  'read-only': { state: 'read-only', effect: '' },
  'read-only-asked': { state: 'read-only', effect: 'as its table asks' },
  'read-only-metadata-full': { state: 'read-only', effect: 'since its metadata is full' },
  'needs-check': { state: 'needs a check', effect: '' },
  failed: { state: 'failed', effect: 'and takes no reads and no writes' },
  error: { state: 'in error', effect: 'since its metadata cannot be read' },
  stalled: { state: 'stalled', effect: 'and does not answer' },
  'no-table': { state: 'without a table', effect: '' },
};

const VERBS: Partial<Record<ThinPoolState, string>> = { 'needs-check': '', failed: 'has ' };

/** `Thin pool vg/pool is out of data space and writers wait.`; null for one that is in order, or was not read. */
export function poolSentence({ name, thinPool }: Store): string | null {
  if (thinPool?.state == null || thinPool.state === 'rw') return null;
  const { state, effect } = STATE_WORDS[thinPool.state];
  return `Thin pool ${shortName(name)} ${VERBS[thinPool.state] ?? 'is '}${state}${effect === '' ? '' : ` ${effect}`}.`;
}

/** Pools that serve all that is asked of them. */
const FINE: ReadonlySet<ThinPoolState> = new Set(['rw', 'read-only-asked']);

export function poolStateWords({ state, suspended }: ThinPoolFacts, paint: Paint): string {
  const style: State = state === null ? 'unknown' : FINE.has(state) ? 'ok' : 'critical';
  const words = paint(style, state === null ? 'state not read' : STATE_WORDS[state].state);
  return suspended === true ? `${words}, ${paint('warning', 'suspended')}` : words;
}

/** Maker, what it has promised, and whether it grows. */
export function poolFacts(facts: ThinPoolFacts, pool: ThinPoolItem | undefined, inventory: Inventory): string[] {
  const { thin } = inventory;
  if (pool === undefined || thin === null) return ['thin devices not read'];
  const promised = overcommitOf(thin, pool, inactiveDockerBytes(pool, inventory));
  const words = [promised === null ? 'promised sizes not read' : `promises ${promised.toFixed(2)} × its data`];
  if (pool.maker === 'lvm') words.push(...lvmFacts(pool, thin));
  if (facts.dataBlockBytes !== null) words.push(`blocks of ${formatBytes(facts.dataBlockBytes)}`);
  if (facts.metadataSnapshotHeld === true) words.push('a metadata snapshot is held');
  return words;
}

function lvmFacts(pool: ThinPoolItem, { lvm }: ThinInventory): string[] {
  const words: string[] = [];
  const threshold = lvm?.autoextend?.thresholdPercent ?? pool.autoextendThresholdPercent;
  if (threshold === null) words.push('autoextend not read');
  else if (threshold >= 100) words.push('no autoextend');
  else {
    const grow = lvm?.autoextend?.growPercent;
    words.push(`autoextend at ${threshold} %${grow === undefined ? '' : ` by ${grow} %`}`);
  }
  const group = lvm?.groups.find(({ name }) => name === pool.name.split('/')[0]);
  if (group !== undefined) {
    words.push(
      `${group.freeBytes === null ? 'room not read' : `${formatBytes(group.freeBytes)} free`} in ${group.name}`,
    );
  }
  const whenFull = lvm?.pools.find(({ name }) => name === pool.name)?.whenFull ?? null;
  if (whenFull !== null)
    words.push(whenFull === 'queue' ? 'writers wait when it is full' : 'writes fail when it is full');
  return words;
}

/** Sizes of Docker's layers that have no device now, where it is plain that they are in this pool. */
function inactiveDockerBytes(pool: ThinPoolItem, { dataRoots, thin }: Inventory): (number | null)[] {
  const active = (thin?.devices ?? []).filter(({ poolDmName }) => poolDmName === pool.dmName);
  const roots = dataRoots.filter(({ layers }) => layers.driver === 'devicemapper');
  const [root] = roots;
  const isDockers = pool.maker === 'docker' || active.some(({ docker }) => docker !== null);
  if (!isDockers || root === undefined || roots.length > 1) return [];
  const ids = new Set(active.map(({ deviceId }) => deviceId));
  return (root.layers.entries ?? []).flatMap(({ device }) =>
    device === null || ids.has(device.deviceId) ? [] : [device.sizeBytes],
  );
}
