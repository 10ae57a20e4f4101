import type { Attribution, ByteRange, Comparison, ItemChange, ItemChangeKind, StoreComparison } from '@silt/domain';

const TURNED = {
  added: 'removed',
  removed: 'added',
  grown: 'shrunk',
  shrunk: 'grown',
  changed: 'changed',
} as const satisfies Record<ItemChangeKind, ItemChangeKind>;

const negated = (value: number): number => (value === 0 ? 0 : -value);

const turnedRange = ({ leastBytes, mostBytes }: ByteRange): ByteRange => ({
  leastBytes: negated(mostBytes),
  mostBytes: negated(leastBytes),
});

/** The same two moments from the later to the earlier one: what was added is removed, what grew shrank. */
export function turnComparison({ a, b, stores }: Comparison): Comparison {
  return { a: b, b: a, stores: stores.map(turnedStore) };
}

const turnedStore = (store: StoreComparison): StoreComparison => ({
  ...store,
  readings: store.readings.map((reading) => ({ ...reading, a: reading.b, b: reading.a })),
  attribution: turnedAttribution(store.attribution),
  changes: store.changes.map(
    ({ change, item, a, b, delta }): ItemChange => ({
      change: TURNED[change],
      item,
      a: b,
      b: a,
      delta: delta === null ? null : turnedRange(delta),
    }),
  ),
});

const turnedAttribution = (attribution: Attribution): Attribution => ({
  ...attribution,
  aBytes: attribution.bBytes,
  bBytes: attribution.aBytes,
  growthBytes: attribution.growthBytes === null ? null : negated(attribution.growthBytes),
  kinds: attribution.kinds.map((kind) => ({
    ...kind,
    ...turnedRange(kind),
    added: kind.removed,
    removed: kind.added,
  })),
  belowStepsBytes: attribution.belowStepsBytes === null ? null : negated(attribution.belowStepsBytes),
  unattributed: attribution.unattributed === null ? null : turnedRange(attribution.unattributed),
});
