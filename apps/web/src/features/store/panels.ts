import { type ClockName, RESOURCES, type SeriesName, type StoreHistory, type StoreKind } from '@silt/domain';

type PanelName =
  | 'space'
  | 'df'
  | 'inodes'
  | 'btrfsMetadata'
  | 'btrfsData'
  | 'unallocated'
  | 'loopBacking'
  | 'poolData'
  | 'poolMetadata'
  | 'unattributed';

export interface Panel {
  name: PanelName;
  series: SeriesName;
  /** The series that is the limit, or the number that is (unallocated space ends at 0); null = it has none. */
  limit: SeriesName | 0 | null;
  /** What counts it down; null = it cannot run out. */
  clock: ClockName | null;
}

const resource = (name: PanelName, of: keyof typeof RESOURCES): Panel => ({
  name,
  series: RESOURCES[of].used,
  limit: RESOURCES[of].capacity,
  clock: of,
});

const BTRFS: Panel[] = [
  resource('btrfsMetadata', 'btrfsMetadata'),
  { name: 'unallocated', series: 'unallocatedBytes', limit: 0, clock: 'btrfsUnallocated' },
  resource('btrfsData', 'btrfsData'),
  resource('df', 'space'),
  resource('loopBacking', 'loopBacking'),
];
const FILE_SYSTEM: Panel[] = [
  resource('space', 'space'),
  resource('inodes', 'inodes'),
  resource('loopBacking', 'loopBacking'),
];
const THIN_POOL: Panel[] = [resource('poolData', 'poolData'), resource('poolMetadata', 'poolMetadata')];

const PANELS: Record<StoreKind, Panel[]> = { btrfs: BTRFS, filesystem: FILE_SYSTEM, 'thin-pool': THIN_POOL };

/** Cannot run out, and stands in a card of its own. */
export const UNATTRIBUTED_PANEL: Panel = {
  name: 'unattributed',
  series: 'unattributedBytes',
  limit: null,
  clock: null,
};

/** What can run out of a store and has a history, what hurts first on top. */
export const panelsOf = (kind: StoreKind, history: StoreHistory): Panel[] =>
  PANELS[kind].filter(({ series }) => history.series.some(({ name }) => name === series));
