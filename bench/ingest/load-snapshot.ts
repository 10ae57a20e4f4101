import type { Layout, Store } from '@silt/domain';

/** What one simulated host of the benchmark has: an ext4 root and a btrfs file system for Docker; 16 readings. */
const ROOT: Store = {
  key: 'mount:/',
  kind: 'filesystem',
  name: '/',
  fileSystemType: 'ext4',
  device: '/dev/nvme0n1p2',
  uuid: '6f9d3f5e-2d0c-4b1a-9c5e-0a4a54d0b6a1',
  mountPoints: ['/'],
  options: ['errors=remount-ro', 'relatime', 'rw'],
  readOnly: false,
  loop: null,
  btrfs: null,
  thinPool: null,
};

const DOCKER: Store = {
  ...ROOT,
  key: 'btrfs:0d0f6b34-8a39-4a8c-9a57-8f7a0d9b7c11',
  kind: 'btrfs',
  name: '/var/lib/docker',
  fileSystemType: 'btrfs',
  device: '/dev/nvme1n1',
  uuid: '0d0f6b34-8a39-4a8c-9a57-8f7a0d9b7c11',
  mountPoints: ['/var/lib/docker', '/var/lib/docker/btrfs'],
  options: ['relatime', 'rw', 'space_cache=v2', 'subvol=/', 'subvolid=5'],
  btrfs: {
    label: 'docker',
    profiles: { data: ['single'], metadata: ['dup'], system: ['dup'] },
    devices: [
      {
        id: 1,
        path: '/dev/nvme1n1',
        sizeBytes: 512 * 1024 ** 3,
        missing: false,
        errors: { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 },
      },
    ],
  },
};

export const LOAD_LAYOUT: Layout = {
  stores: [ROOT, DOCKER],
  daemons: [],
  entries: [
    ...(['usedBytes', 'capacityBytes', 'usedInodes', 'capacityInodes'] as const).map((series) => ({
      storeKey: ROOT.key,
      series,
    })),
    ...(
      [
        'usedBytes',
        'capacityBytes',
        'dataUsedBytes',
        'dataAllocatedBytes',
        'dataCapacityBytes',
        'metadataUsedBytes',
        'metadataAllocatedBytes',
        'metadataCommittedBytes',
        'metadataCapacityBytes',
        'globalReserveBytes',
        'unallocatedBytes',
        'deviceErrors',
      ] as const
    ).map((series) => ({ storeKey: DOCKER.key, series })),
  ],
};

export const READINGS_PER_SNAPSHOT = LOAD_LAYOUT.entries.length;

const PROBES = [
  { probe: 'host', status: 'ok', reason: null, durationMilliseconds: 0.41 },
  { probe: 'filesystems', status: 'ok', reason: null, durationMilliseconds: 3.72 },
  { probe: 'btrfs', status: 'ok', reason: null, durationMilliseconds: 2.18 },
  { probe: 'loop', status: 'ok', reason: null, durationMilliseconds: 0.33 },
  { probe: 'docker', status: 'unavailable', reason: 'There is no Docker socket.', durationMilliseconds: 0.12 },
];
export const PROBES_JSON = JSON.stringify(PROBES);

const BLOCK_BYTES = 4096;

/** The readings of a host's beat: capacities stand, what is used grows by a few blocks a beat. */
export function loadReadings(hostNumber: number, sequence: number): number[] {
  const grown = (hostNumber * 7_919 + sequence * 3) * BLOCK_BYTES;
  const gibibytes = (count: number): number => count * 1024 ** 3;
  return [
    gibibytes(41) + grown,
    gibibytes(98),
    731_204 + sequence,
    6_553_600,
    gibibytes(212) + grown,
    gibibytes(498),
    gibibytes(208) + grown,
    gibibytes(236),
    gibibytes(478),
    gibibytes(3) + BLOCK_BYTES * sequence,
    gibibytes(5),
    gibibytes(4) + BLOCK_BYTES * sequence,
    gibibytes(131),
    gibibytes(0.5),
    gibibytes(252),
    0,
  ];
}
