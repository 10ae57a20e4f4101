import type {
  Comparison,
  FindingRow,
  FindingView,
  FleetPage,
  FleetRow,
  Grower,
  HostView,
  InventoryView,
  ItemView,
  RowForecast,
  Store,
  StoreHistory,
} from '@silt/domain';

/** What a server answers, as short as a test needs it; names are those that a careless host would have. */
export const NOW = new Date('2026-11-21T12:00:00Z');
export const HOST_ID = '0198a000-0000-7000-8000-000000000002';
const OTHER_ID = '0198a000-0000-7000-8000-000000000003';
/** Turns the terminal red and what follows around. */
export const SLY = 'ci\u001b[31m\u202e01';

export const forecast = (clock: RowForecast['clock'], change: Partial<RowForecast> = {}): RowForecast => ({
  ...{ storeKey: 'btrfs:a', storeName: '/var', clock, verdict: 'filling', reason: 'trend', alarm: true },
  ...{ daysLeft: { p10: 4.96, p50: 6.26, p90: 12.4 }, madeAt: '2026-11-21T11:30:00.000Z' },
  ...change,
});

export const row = (name: string, hostId = HOST_ID): FleetRow => ({
  ...{ hostId, name, tags: ['ci'], simulated: false, connection: 'connected', state: 'warning', backEnds: ['btrfs'] },
  fullest: { storeKey: 'btrfs:a', storeName: '/var', resource: 'btrfsData', used: 9e9, capacity: 1e10, fill: 0.9 },
  ...{ sparkline: [], growth: { perDay: 2 ** 30, unit: 'bytes' }, lastSeenAt: '2026-11-21T11:59:50.000Z' },
  forecast: forecast('btrfsMetadata'),
  findings: { critical: 1, warning: 2, notice: 0 },
  ...{ retiredAt: null, coverage: { read: 10, total: 11 } },
});

export const twins = [row('twin'), row('twin', OTHER_ID)];

export const page = (hosts: FleetRow[]): FleetPage => ({
  ...{ hosts, total: hosts.length, tags: null },
  counts: { critical: 0, warning: hosts.length, ok: 0, unknown: 0 },
});

const store: Store = {
  ...{ key: 'btrfs:a', kind: 'btrfs', name: '/var', fileSystemType: 'btrfs', device: '/dev/sda1', uuid: 'a' },
  ...{ mountPoints: ['/var', '/srv'], options: [], readOnly: false, loop: null, btrfs: null, thinPool: null },
};

export const hostView = (name: string) => ({
  ...({ row: row(name), facts: null, collectorVersion: null, firstSeenAt: '2026-11-01T00:00:00.000Z' } as const),
  ...{ bootedAt: null, observedAt: '2026-11-21T11:59:50.000Z', clockSkewMilliseconds: null, daemons: [], probes: [] },
  stores: [
    {
      ...{ store, state: 'warning', readings: {}, growth: null, forecast: forecast('btrfsMetadata') },
      fills: [
        { storeKey: 'btrfs:a', resource: 'btrfsData', used: 9e9, capacity: 1e10, fill: 0.9 },
        { storeKey: 'btrfs:a', resource: 'btrfsMetadata', used: 1e8, capacity: 1e9, fill: 0.1 },
      ],
    },
  ] satisfies HostView['stores'],
  at: null,
  scopes: [
    { name: 'subvolumes', status: 'complete', reason: null, readAt: '2026-11-21T11:55:00.000Z' },
    { name: 'docker', status: 'not-read', reason: 'The daemon does not answer.', readAt: null },
  ] satisfies InventoryView['scopes'],
});

export const item = (key: string, name: string, change: Partial<ItemView> = {}): ItemView => ({
  ...{ key, kind: 'volume', name, scope: 'docker volumes d', storeKey: 'btrfs:a', parentKey: null, ownerKey: null },
  ...{ sizeBytes: 2 ** 30, counted: true, leastBytes: 2 ** 30, mostBytes: 2 ** 30, state: 'in use', attributes: {} },
  ...{ ownerChain: ['shop', 'db'], firstSeenAt: '2026-11-01T00:00:00.000Z', readAt: '2026-11-21T11:55:00.000Z' },
  ...change,
});

export const inventoryView: InventoryView = {
  ...{ at: NOW.toISOString(), readAt: '2026-11-21T11:55:00.000Z', stale: false, scopes: [], cut: 3 },
  items: [
    item('volume:a', SLY),
    item('image:b', 'shared', { kind: 'image', leastBytes: 0, mostBytes: 2 ** 20, ownerChain: [] }),
    item('subvolume:c', 'unread', { kind: 'subvolume', sizeBytes: null, leastBytes: null, mostBytes: null }),
  ],
  totals: [{ kind: 'volume', items: 4, leastBytes: 2 ** 30, mostBytes: 2 ** 31, unknownItems: 1 }],
};

export const storeHistory: StoreHistory = {
  ...{ from: '2026-11-21T10:00:00.000Z', to: '2026-11-21T12:00:00.000Z', bucketSeconds: 3_600 },
  times: [Date.parse('2026-11-21T10:00:00Z') / 1_000, Date.parse('2026-11-21T11:00:00Z') / 1_000],
  series: [
    { name: 'dataUsedBytes', unit: 'bytes', min: [2 ** 20, null], max: [2 ** 30, null], last: [0, null] },
    { name: 'deviceErrors', unit: 'count', min: [0, 0], max: [0, 12_345], last: [0, 12_345] },
  ],
  gaps: [{ from: null, to: null, records: 7, reason: 'spool-full' }],
};

export const comparison: Comparison = {
  a: { asked: '2026-11-20T12:00:00.000Z', observedAt: '2026-11-20T11:59:50.000Z', inventoryReadAt: null },
  b: {
    asked: '2026-11-21T12:00:00.000Z',
    observedAt: '2026-11-21T11:59:50.000Z',
    inventoryReadAt: '2026-11-21T11:55:00.000Z',
  },
  stores: [
    {
      ...{ storeKey: 'btrfs:a', storeName: '/var', kind: 'btrfs', readings: [] },
      attribution: {
        ...{ series: 'dataUsedBytes', aBytes: 2 ** 30, bBytes: 3 * 2 ** 30, growthBytes: 2 ** 31 },
        kinds: [{ kind: 'volume', leastBytes: 2 ** 30, mostBytes: 2 ** 30, added: 1, removed: 0, changed: 2 }],
        ...{ belowStepsBytes: -1_024, stepErrorBytes: 2 ** 20, unknownItems: 1 },
        unattributed: { leastBytes: 2 ** 29, mostBytes: 2 ** 30 },
      },
      changes: [
        {
          ...{ change: 'added', item: item('volume:a', SLY), a: null },
          ...{ b: { leastBytes: 2 ** 30, mostBytes: 2 ** 30 }, delta: { leastBytes: 2 ** 30, mostBytes: 2 ** 30 } },
        },
        {
          ...{ change: 'changed', item: item('subvolume:c', 'c'), delta: null },
          ...{ a: { leastBytes: null, mostBytes: null }, b: { leastBytes: 0, mostBytes: 0 } },
        },
      ],
      unchanged: { items: 9, leastBytes: 2 ** 33 },
    },
  ],
};

export const growersView: Grower[] = [
  {
    ...{
      hostId: HOST_ID,
      hostName: SLY,
      storeKey: 'btrfs:a',
      storeName: '/var',
      series: 'dataUsedBytes',
      unit: 'bytes',
    },
    ...{ from: { day: '2026-10-22', value: 2 ** 30 }, to: { day: '2026-11-21', value: 3 * 2 ** 30 }, growth: 2 ** 31 },
  },
];

export const findingRow = (change: Partial<FindingRow> = {}): FindingRow => ({
  ...{ hostId: HOST_ID, hostName: 'ci-01', connection: 'connected', simulated: false, findingNo: 3, rule: 'fs-full' },
  ...{ subject: 'mount:/', storeKey: 'mount:/', severity: 'critical', state: 'open', title: '/ is full' },
  ...{ seen: '96 % of 1 TiB are used.', firstSeenAt: '2026-11-01T00:00:00.000Z', timesReopened: 0, resolvedAt: null },
  ...{
    lastSeenAt: '2026-11-21T11:59:00.000Z',
    standsSince: '2026-11-19T12:00:00.000Z',
    missedSince: null,
    blind: null,
  },
  ...{ mute: null, promisedBytes: 2 ** 30, freedBytes: null },
  ...change,
});

export const findingView: FindingView = {
  ...findingRow({ title: `${SLY} is full` }),
  ...{ ruleName: 'No room', why: 'Writes fail soon.', basis: ['captured', 'moby/moby#1'], evidence: { used: 9 } },
  ...{ storeName: '/', mayMute: false },
  remedy: [
    { kind: 'precondition', command: null, isDestructive: false, note: 'You are root.' },
    { kind: 'edit', command: 'first line\nsecond line', isDestructive: false, note: 'In daemon.json.' },
    { kind: 'run', command: "rm -r 'a\u001b[2J'", isDestructive: true, note: 'Removes it.' },
    { kind: 'expect', command: 'df /', isDestructive: false, note: 'There is room.' },
  ],
};
