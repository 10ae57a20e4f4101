import { openStream, type Sql, type TransactionSql } from '@silt/db';
import type { Item, Scope } from '@silt/domain';
import type { DemoRun, RegisteredHost } from './demo-host.ts';
import { inLanes } from './in-lanes.ts';
import { type ItemVersion, ItemVersions } from './item-versions.ts';
import { type DemoLook, loadFindings } from './load-findings.ts';
import { HISTORY_STREAM } from './load-history.ts';

/** Rows of one statement. */
const ROWS_AT_ONCE = 4_000;

export interface LoadInventoriesOptions {
  hosts: readonly RegisteredHost[];
  collectorVersion: string;
  /** Milliseconds since the epoch; nothing before it is loaded. */
  from: number;
  /** Of inventories from then on the rules are asked too, milliseconds since the epoch; absent = of none. After the forecasts. */
  judgeFrom?: number;
  now: Date;
}

export interface LoadedInventories {
  inventories: number;
  versions: number;
  /** Resolved ones too. */
  findings: number;
}

/**
 * Fills each host's inventories from its last stored one to now, and its findings, unless somebody judged it before. A host is one
 * transaction, so that what is broken off goes on at the next call and nothing is stored twice.
 *
 * @param sql as silt_ingest.
 */
export async function loadInventories(sql: Sql, options: LoadInventoriesOptions): Promise<LoadedInventories> {
  const total: LoadedInventories = { inventories: 0, versions: 0, findings: 0 };
  await inLanes(options.hosts, async (registered) => {
    const loaded = await sql.begin((tx) => loadHost(tx, registered, options));
    total.inventories += loaded.inventories;
    total.versions += loaded.versions;
    total.findings += loaded.findings;
  });
  return total;
}

async function loadHost(
  tx: TransactionSql,
  registered: RegisteredHost,
  { collectorVersion, from, judgeFrom = Number.POSITIVE_INFINITY, now }: LoadInventoriesOptions,
): Promise<LoadedInventories> {
  const { hostId, organisationId, host } = registered;
  // What a crash of the server takes is loaded again.
  await tx`SET LOCAL synchronous_commit = off`;
  const stream = { hostId, organisationId, streamId: HISTORY_STREAM, facts: host.facts, collectorVersion };
  const { streamNo, lastSequence } = await openStream(tx, stream);
  const [state] = await tx<{ at: Date }[]>`
    SELECT observed_at AS at FROM inventory_state WHERE host_id = ${hostId} FOR UPDATE`;
  const versions = await readVersions(tx, hostId);
  const spans: { at: number; scopes: Scope[] }[] = [];
  const begin = Math.max(from, state === undefined ? 0 : state.at.getTime() + 1, host.enrolledAt);
  const looks: DemoLook[] = [];
  for (const { at, run, snapshot, inventory } of runsOf(registered, begin, now)) {
    versions.apply(at, run);
    spans.push({ at, scopes: run.scopes });
    looks.push({ at, snapshot, inventory: at < judgeFrom ? null : inventory });
  }
  const last = spans.at(-1);
  if (last === undefined) return { inventories: 0, versions: 0, findings: 0 };
  await storeItems(tx, registered, versions);
  await storeSpans(tx, registered, spans);
  await tx`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at)
    VALUES (${hostId}, ${organisationId}, ${streamNo}, ${lastSequence}, ${new Date(last.at)})
    ON CONFLICT (host_id) DO UPDATE SET stream_no = excluded.stream_no, sequence = excluded.sequence,
      observed_at = excluded.observed_at, stale_since = NULL`;
  const findings = await loadFindings(tx, registered, { looks, judgedAt: now });
  return { inventories: spans.length, versions: versions.newVersions.length, findings };
}

function runsOf({ host }: RegisteredHost, from: number, now: Date): Iterable<DemoRun> {
  return from > now.getTime() ? [] : host.inventoriesBetween({ from, to: now.getTime() });
}

type VersionColumns = Omit<Item, 'storeKey' | 'kind'> & { kind: Item['kind']; storeItemKey: string | null } & Pick<
    ItemVersion,
    'itemNo'
  > & { validFrom: Date };

const STORE_ITEM = 'store:';

async function readVersions(tx: TransactionSql, hostId: number): Promise<ItemVersions> {
  const numbers = await tx<{ key: string; itemNo: number }[]>`
    SELECT key, item_no AS "itemNo" FROM item WHERE host_id = ${hostId}`;
  const open = await tx<VersionColumns[]>`
    SELECT i.item_no AS "itemNo", i.key, i.kind, i.scope, v.valid_from AS "validFrom", v.name, v.counted, v.state,
      v.size_bytes AS "sizeBytes", v.least_bytes AS "leastBytes", v.most_bytes AS "mostBytes", v.attributes,
      s.key AS "storeItemKey", p.key AS "parentKey", o.key AS "ownerKey"
    FROM item_version v
    JOIN item i ON i.host_id = v.host_id AND i.item_no = v.item_no
    LEFT JOIN item s ON s.host_id = v.host_id AND s.item_no = v.store_no
    LEFT JOIN item p ON p.host_id = v.host_id AND p.item_no = v.parent_no
    LEFT JOIN item o ON o.host_id = v.host_id AND o.item_no = v.owner_no
    WHERE v.host_id = ${hostId} AND v.valid_to = 'infinity'`;
  return new ItemVersions(
    new Map(numbers.map(({ key, itemNo }) => [key, itemNo])),
    open.map(({ itemNo, validFrom, storeItemKey, ...fields }): ItemVersion => {
      const item: Item = { ...fields, storeKey: storeItemKey?.slice(STORE_ITEM.length) ?? null };
      return { itemNo, item, validFrom: validFrom.getTime(), validTo: null, isStored: true };
    }),
  );
}

async function storeItems(
  tx: TransactionSql,
  { hostId, organisationId }: RegisteredHost,
  versions: ItemVersions,
): Promise<void> {
  const { newItems, newVersions, ended } = versions;
  for (const rows of chunksOf(
    ended.map(({ itemNo, validFrom, validTo }) => ({ itemNo, from: validFrom, to: validTo })),
  )) {
    await tx`
      UPDATE item_version SET valid_to = to_timestamp(e."to" / 1000.0)
      FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS e ("itemNo" int, "from" bigint, "to" bigint)
      WHERE host_id = ${hostId} AND item_no = e."itemNo" AND valid_from = to_timestamp(e."from" / 1000.0)::timestamptz(3)`;
  }
  const items = newItems.map(({ itemNo, firstSeenAt, item: { key, kind, scope } }) => ({
    itemNo,
    key,
    kind,
    scope,
    firstSeenAt,
  }));
  for (const rows of chunksOf(items)) {
    await tx`
      INSERT INTO item (host_id, item_no, organisation_id, key, kind, scope, first_seen_at)
      SELECT ${hostId}, i."itemNo", ${organisationId}, i.key, i.kind, i.scope, to_timestamp(i."firstSeenAt" / 1000.0)
      FROM json_to_recordset(${JSON.stringify(rows)}::text::json)
        AS i ("itemNo" int, key text, kind text, scope text, "firstSeenAt" bigint)`;
  }
  for (const rows of chunksOf(newVersions.map((version) => rowOf(version, versions)))) {
    await tx`
      INSERT INTO item_version (host_id, item_no, valid_from, valid_to, organisation_id, name, store_no, parent_no,
        owner_no, size_bytes, counted, least_bytes, most_bytes, state, attributes)
      SELECT ${hostId}, v."itemNo", to_timestamp(v."from" / 1000.0), coalesce(to_timestamp(v."to" / 1000.0), 'infinity'),
        ${organisationId}, v.name, v."storeNo", v."parentNo", v."ownerNo", v."sizeBytes", v.counted, v."leastBytes",
        v."mostBytes", v.state, v.attributes
      FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS v ("itemNo" int, "from" bigint, "to" bigint,
        name text, "storeNo" int, "parentNo" int, "ownerNo" int, "sizeBytes" bigint, counted boolean,
        "leastBytes" bigint, "mostBytes" bigint, state text, attributes jsonb)`;
  }
}

/** References to items that came later are told from the first. */
function rowOf({ itemNo, item, validFrom: from, validTo: to }: ItemVersion, versions: ItemVersions) {
  const { name, sizeBytes, counted, leastBytes, mostBytes, state, attributes } = item;
  return {
    ...{ itemNo, from, to, name, sizeBytes, counted, leastBytes, mostBytes, state, attributes },
    storeNo: versions.numberOf(item.storeKey === null ? null : `${STORE_ITEM}${item.storeKey}`),
    parentNo: versions.numberOf(item.parentKey),
    ownerNo: versions.numberOf(item.ownerKey),
  };
}

async function storeSpans(
  tx: TransactionSql,
  { hostId, organisationId }: RegisteredHost,
  spans: readonly { at: number; scopes: readonly Scope[] }[],
): Promise<void> {
  for (const rows of chunksOf(spans)) {
    await tx`
      INSERT INTO inventory_span (host_id, valid_from, last_read_at, organisation_id, scopes)
      SELECT ${hostId}, to_timestamp(s.at / 1000.0), to_timestamp(s.at / 1000.0), ${organisationId}, s.scopes
      FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS s (at bigint, scopes jsonb)`;
  }
}

function* chunksOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) yield rows.slice(from, from + ROWS_AT_ONCE);
}
