import type { Reading } from '@silt/domain';
import { openDatabase, type Sql } from '../src/client.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

export const STORE = 'mount:/';
/** Midnight UTC of a day that is long closed. */
export const DAY = new Date('2026-03-10T00:00:00Z');
export const DAY_MILLISECONDS = 86_400_000;

export interface Sample {
  at: number;
  layoutNo: number;
  readings: Reading[];
}

export interface SeriesStage {
  database: TestDatabase;
  owner: Sql;
  worker: Sql;
  organisationId: string;
  /** A host with three series of a store: 7 and 9 of two layouts, 11 of the second alone. */
  addHost(): Promise<{ hostId: number; organisationId: string }>;
  addSamples(hostId: number, samples: readonly Sample[]): Promise<void>;
  close(): Promise<void>;
}

export async function openSeriesStage(serverUrl: string): Promise<SeriesStage> {
  const database = await createTestDatabase(serverUrl);
  const owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  const worker = openDatabase(database.urls.silt_worker, { applicationName: 'test', max: 4 });
  const [row] = await owner`INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  const organisationId: string = row?.id;
  let sequence = 0;
  return {
    ...{ database, owner, worker, organisationId },
    addHost: () => addHost(owner, organisationId),
    addSamples: async (hostId, samples) => {
      for (const { at, layoutNo, readings } of samples) if (readings.length === 0) throw new Error(`${at} ${layoutNo}`);
      const rows = samples.map(({ at, layoutNo, readings }) => {
        sequence += 1;
        return { at: new Date(at).toISOString(), layoutNo, sequence, readings: `{${readings.map(String).join(',')}}` };
      });
      await owner`
        INSERT INTO snapshot
          (host_id, organisation_id, observed_at, taken_at, received_at, stream_no, sequence, layout_no, readings)
        SELECT ${hostId}, ${organisationId}, at, at, at, 1, sequence, layout_no, readings::bigint[]
        FROM unnest(${rows.map(({ at }) => at)}::timestamptz[], ${rows.map((one) => one.sequence)}::bigint[],
          ${rows.map(({ layoutNo }) => layoutNo)}::int[], ${rows.map(({ readings }) => readings)}::text[])
          AS s (at, sequence, layout_no, readings)`;
    },
    close: async () => {
      await Promise.all([owner.end(), worker.end()]);
      await database.drop();
    },
  };
}

async function addHost(owner: Sql, organisationId: string): Promise<{ hostId: number; organisationId: string }> {
  const [row] = await owner<[{ id: number }]>`
    INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'a') RETURNING id`;
  await owner`
    INSERT INTO resource (host_id, organisation_id, resource_no, store_key, series, unit) VALUES
      (${row.id}, ${organisationId}, 7, ${STORE}, 'usedBytes', 'bytes'),
      (${row.id}, ${organisationId}, 9, ${STORE}, 'capacityBytes', 'bytes'),
      (${row.id}, ${organisationId}, 11, ${STORE}, 'usedInodes', 'count')`;
  await owner`
    INSERT INTO layout (host_id, organisation_id, layout_no, hash, stores, daemons, resource_nos) VALUES
      (${row.id}, ${organisationId}, 1, '1', '[]', '[]', '{7,9}'),
      (${row.id}, ${organisationId}, 2, '2', '[]', '[]', '{11,9,7}')`;
  return { hostId: row.id, organisationId };
}

/** Numbers from 0 to 1, the same of the same seed (Numerical Recipes' linear congruence). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Beats about `spacingSeconds` apart with spikes, readings that failed, outages and changes of the layout.
 *
 * @param from milliseconds since the epoch.
 */
export function wildSamples(seed: number, from: number, days: number, spacingSeconds: number): Sample[] {
  const next = numbersOf(seed);
  const samples: Sample[] = [];
  let at = from;
  let used = 1_000_000;
  let layoutNo = 1;
  for (;;) {
    at += Math.round(spacingSeconds * 1_000 * (0.9 + 0.2 * next())) + (next() < 0.001 ? 7_200_000 : 0);
    if (at >= from + days * DAY_MILLISECONDS) return samples;
    if (next() < 0.002) layoutNo = 3 - layoutNo;
    used += Math.round((next() - 0.49) * 50);
    const reading = next() < 0.05 ? null : (used + (next() < 0.01 ? 40_000 : 0)) * 4_096;
    const capacity = next() < 0.002 ? null : 2 ** 43;
    samples.push({
      ...{ at, layoutNo },
      readings: layoutNo === 1 ? [reading, capacity] : [Math.floor(next() * 5), capacity, reading],
    });
  }
}
