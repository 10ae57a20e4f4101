import { openDatabase, type Sql } from '@silt/db';
import { createTestDatabase, type TestDatabase } from '@silt/db/testing';
import type { SeriesName, Store } from '@silt/domain';

export const HOUR_MILLISECONDS = 3_600_000;
export const DAY_MILLISECONDS = 86_400_000;

export interface TestFleet extends TestDatabase {
  /** As silt_owner: writes what a test needs. */
  owner: Sql;
}

export async function createTestFleet(serverUrl: string): Promise<TestFleet> {
  const database = await createTestDatabase(serverUrl);
  const owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 2 });
  return {
    ...database,
    owner,
    drop: async () => {
      await owner.end();
      await database.drop();
    },
  };
}

export async function addOrganisation(owner: Sql, name: string): Promise<string> {
  const [row] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES (${name}, ${name.toLowerCase()}) RETURNING id`;
  return row.id;
}

export interface TestHost {
  id: number;
  publicId: string;
  organisationId: string;
}

export async function addHost(owner: Sql, organisationId: string, name: string): Promise<TestHost> {
  const [row] = await owner<[{ id: number; publicId: string }]>`
    INSERT INTO host (organisation_id, name) VALUES (${organisationId}, ${name}) RETURNING id, public_id AS "publicId"`;
  return { ...row, organisationId };
}

export const storeOf = (key: string, name: string): Store => ({
  ...{ key, kind: 'filesystem', name, fileSystemType: 'ext4', device: '/dev/sda1', uuid: null },
  ...{ mountPoints: [name], options: ['rw'], readOnly: false, loop: null, btrfs: null, thinPool: null },
});

/** Writes resources and a layout whose places are `entries`, in this order. */
export async function addLayout(
  owner: Sql,
  host: TestHost,
  layoutNo: number,
  { stores, entries }: { stores: Store[]; entries: { storeKey: string; series: SeriesName }[] },
): Promise<void> {
  const resourceNos: number[] = [];
  for (const { storeKey, series } of entries) {
    const unit = series.endsWith('Bytes') ? 'bytes' : 'count';
    const [row] = await owner<[{ no: number }]>`
      INSERT INTO resource (host_id, organisation_id, resource_no, store_key, series, unit)
      SELECT ${host.id}, ${host.organisationId}, coalesce(max(resource_no), 0) + 1, ${storeKey}, ${series}, ${unit}
      FROM resource WHERE host_id = ${host.id}
      ON CONFLICT (host_id, store_key, series) DO UPDATE SET unit = excluded.unit
      RETURNING resource_no AS no`;
    resourceNos.push(row.no);
  }
  await owner`
    INSERT INTO layout (host_id, organisation_id, layout_no, hash, stores, daemons, resource_nos)
    VALUES (${host.id}, ${host.organisationId}, ${layoutNo}, ${Buffer.from(String(layoutNo))},
      ${owner.json(stores as never)}, '[]', ${resourceNos})`;
}

export interface TestSample {
  at: Date;
  readings: (number | null)[];
  layoutNo?: number;
}

export async function addSamples(owner: Sql, host: TestHost, samples: readonly TestSample[]): Promise<void> {
  const literal = (numbers: readonly (number | null)[]): string => `{${numbers.map((n) => n ?? 'NULL').join(',')}}`;
  await owner`
    INSERT INTO snapshot
      (host_id, organisation_id, observed_at, taken_at, received_at, stream_no, sequence, layout_no, readings)
    SELECT ${host.id}, ${host.organisationId}, at, at, at, 1, n, layout_no, readings::bigint[]
    FROM unnest(
      ${samples.map(({ at }) => at.toISOString())}::timestamptz[], ${samples.map(({ layoutNo }) => layoutNo ?? 1)}::int[],
      ${samples.map(({ readings }) => literal(readings))}::text[]
    ) WITH ORDINALITY AS s (at, layout_no, readings, n)`;
}

export interface TestStatus {
  at: Date;
  readings: (number | null)[];
  layoutNo?: number;
  beatSeconds?: number;
  /** Used and capacity of the fullest resource, which is the space of this store; null = nothing read. */
  fullest: { storeKey: string; used: number; capacity: number } | null;
}

export async function setStatus(owner: Sql, host: TestHost, status: TestStatus): Promise<void> {
  const { at, readings, layoutNo = 1, beatSeconds = 10, fullest } = status;
  await owner`
    INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
      clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total,
      fullest_store_key, fullest_resource, fullest_used, fullest_capacity, fullest_fill, back_ends)
    VALUES (${host.id}, ${host.organisationId}, ${at}, ${at}, 'boot', ${at}, 250, ${beatSeconds}, ${layoutNo},
      ${readings}::bigint[], '[]', 3, 4, ${fullest?.storeKey ?? null}, ${fullest ? 'space' : null},
      ${fullest?.used ?? null}, ${fullest?.capacity ?? null}, ${fullest ? fullest.used / fullest.capacity : null},
      ARRAY['xfs', 'ext4'])
    ON CONFLICT (host_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, observed_at = excluded.observed_at,
      readings = excluded.readings, layout_no = excluded.layout_no, fullest_used = excluded.fullest_used,
      fullest_fill = excluded.fullest_fill`;
}

export const SPACE = (storeKey: string): { storeKey: string; series: SeriesName }[] => [
  { storeKey, series: 'usedBytes' },
  { storeKey, series: 'capacityBytes' },
];
