import { randomUUID } from 'node:crypto';
import type { Item, Scope } from '@silt/domain';
import { type InventoryOutcome, type InventoryStep, openStream, type Sql, storeInventory } from '../src/index.ts';

export const AT = new Date('2026-03-10T00:00:00.000Z');
export const SLOW_BEAT_MILLISECONDS = 300_000;

export const afterBeats = (beats: number): Date => new Date(AT.getTime() + beats * SLOW_BEAT_MILLISECONDS);

export const complete = (...names: string[]): Scope[] =>
  names.map((name) => ({ name, status: 'complete', reason: null }));
export const partial = (...names: string[]): Scope[] =>
  names.map((name) => ({ name, status: 'partial', reason: 'the daemon did not answer' }));

/** A volume of Docker. */
export const itemOf = (name: string, change: Partial<Item> = {}): Item => ({
  key: `volume:${name}`,
  kind: 'volume',
  name,
  scope: 'docker volumes docker:/run/docker.sock',
  ...{ storeKey: null, parentKey: null, ownerKey: null },
  ...{ sizeBytes: 1_000, counted: true, leastBytes: 1_000, mostBytes: 1_000, state: 'in use' },
  attributes: { anonymous: false, driver: 'local' },
  ...change,
});

export const ALL = complete('docker', 'docker volumes docker:/run/docker.sock');

/** What is kept of an item, its references as keys. */
export interface KeptRow {
  key: string;
  from: number;
  /** null = it is so now. */
  to: number | null;
  name: string;
  storeKey: string | null;
  ownerKey: string | null;
  sizeBytes: number | null;
}

/** A host with a stream, that is told one inventory after the other. */
export class InventoryHost {
  readonly hostId: number;
  readonly organisationId: string;
  readonly streamNo: number;
  sequence = 0;
  readonly #sql: Sql;

  constructor(sql: Sql, host: { hostId: number; organisationId: string; streamNo: number }) {
    this.#sql = sql;
    this.hostId = host.hostId;
    this.organisationId = host.organisationId;
    this.streamNo = host.streamNo;
  }

  static async add(sql: Sql, organisationId: string): Promise<InventoryHost> {
    const [host] = await sql<[{ id: number }]>`
      INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'a') RETURNING id`;
    const facts = { machineId: '0', name: 'a', kernelRelease: '6', distribution: null, architecture: 'x64' };
    const owner = { hostId: host.id, organisationId };
    const { streamNo } = await openStream(sql, { ...owner, streamId: randomUUID(), facts, collectorVersion: '1' });
    return new InventoryHost(sql, { ...owner, streamNo });
  }

  /** Tells a delta of the last inventory unless `change` says something else. */
  tell(beat: number, change: Partial<InventoryStep>): Promise<InventoryOutcome> {
    const step: InventoryStep = {
      ...{ hostId: this.hostId, organisationId: this.organisationId, streamNo: this.streamNo },
      ...{ afterSequence: this.sequence, lastSequence: this.sequence + 1, hashes: '' },
      ...{ baseSequence: this.sequence, observedAt: afterBeats(beat), receivedAt: afterBeats(beat) },
      ...{ scopes: ALL, items: [], removed: [] },
      ...change,
    };
    return storeInventory(this.#sql, step).then((outcome) => {
      if (outcome !== 'unmoved') this.sequence = step.lastSequence;
      return outcome;
    });
  }

  tellAll(beat: number, items: readonly Item[], change: Partial<InventoryStep> = {}): Promise<InventoryOutcome> {
    return this.tell(beat, { baseSequence: null, items, ...change });
  }

  /** All versions, times in slow beats after AT. */
  async versions(): Promise<KeptRow[]> {
    const rows = await this.#sql<KeptRow[]>`
      SELECT i.key, v.name, s.key AS "storeKey", o.key AS "ownerKey", v.size_bytes AS "sizeBytes",
        (extract(epoch FROM v.valid_from - ${AT}) * 1000 / ${SLOW_BEAT_MILLISECONDS}::int)::float8 AS from,
        CASE WHEN v.valid_to <> 'infinity'
          THEN (extract(epoch FROM v.valid_to - ${AT}) * 1000 / ${SLOW_BEAT_MILLISECONDS}::int)::float8 END AS to
      FROM item_version v JOIN item i USING (host_id, item_no)
        LEFT JOIN item s ON s.host_id = v.host_id AND s.item_no = v.store_no
        LEFT JOIN item o ON o.host_id = v.host_id AND o.item_no = v.owner_no
      WHERE v.host_id = ${this.hostId} ORDER BY i.key, v.valid_from`;
    return rows.map((row) => ({ ...row }));
  }

  /** `<name> <from>-<to>` of each version, for tests of when. */
  async spansOf(): Promise<string[]> {
    return (await this.versions()).map(({ name, from, to }) => `${name} ${from}-${to ?? ''}`);
  }

  async state(): Promise<{ sequence: number; stale: boolean } | null> {
    const [row] = await this.#sql<{ sequence: number; stale: boolean }[]>`
      SELECT sequence, stale_since IS NOT NULL AS stale FROM inventory_state WHERE host_id = ${this.hostId}`;
    return row ? { ...row } : null;
  }
}
