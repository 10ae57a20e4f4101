import { pipeline } from 'node:stream/promises';
import {
  AXIS_NO,
  openStream,
  registerLayout,
  type Sql,
  type StreamPart,
  storeSnapshots,
  type TransactionSql,
} from '@silt/db';
import { backEndsOf, fullest, resourceFills } from '@silt/domain';
import { deriveHostStatuses } from '../derive/derive-host-statuses.ts';
import { BEAT_COLUMNS, BeatEncoder } from './beat-encoder.ts';
import type { RegisteredHost } from './demo-host.ts';
import { LANES } from './in-lanes.ts';
import { loadEarlyDays } from './load-early-days.ts';

const DAY_MILLISECONDS = 86_400_000;
/** The one stream of each host's history; what is pushed live has streams of its own. */
export const HISTORY_STREAM = '5157b4a1-0d3e-4c6f-9a52-68c1d0f3e7b9';

export interface LoadOptions {
  hosts: readonly RegisteredHost[];
  collectorVersion: string;
  /** Milliseconds since the epoch; from then on all beats are loaded. */
  from: number;
  /** Before that hours and days alone, from here on. */
  earlyFrom: number;
  now: Date;
  stepSeconds: number;
  onProgress?: (done: { days: number; ofDays: number; snapshots: number }) => void;
}

export interface Loaded {
  snapshots: number;
  readings: number;
}

/** Where a host's history stands. */
export interface Position {
  registered: RegisteredHost;
  streamNo: number;
  sequence: number;
  /** Of its layouts, in their order. */
  layoutNos: number[];
  /** Last beat that is stored, milliseconds since the epoch. */
  lastBeatAt: number | null;
  /** Beats stored by this run. */
  added: number;
}

/**
 * Fills each host's history from its last stored beat to now. A day of a group of hosts is one transaction, the
 * position of its streams included: what is broken off goes on at the next call and nothing is stored twice. Then the
 * hosts' statuses are set, so that the fleet is right before the first live beat.
 *
 * @param sql as silt_ingest, with a connection for each lane.
 */
export async function loadHistory(sql: Sql, options: LoadOptions): Promise<Loaded> {
  const { hosts, from, now } = options;
  const positions: Position[] = [];
  for (const host of hosts) positions.push(await openPosition(sql, host, options.collectorVersion));
  await readLastBeats(sql, positions);
  // First of all, since hosts are asked in the order of time.
  await loadEarlyDays(sql, positions, options);
  const begin = Math.min(now.getTime(), ...positions.map(({ lastBeatAt }) => Math.max(from, lastBeatAt ?? from)));
  const days = daysBetween(begin, now.getTime());
  for (const day of days) await sql`SELECT ensure_snapshot_partition(${isoDay(day)}::text::date)`;
  const total: Loaded = { snapshots: 0, readings: 0 };
  const done = new Array<number>(LANES).fill(0);
  await Promise.all(
    done.map(async (_, lane) => {
      const mine = positions.filter((_position, place) => place % LANES === lane);
      for (const day of days) {
        const loaded = await loadDay(sql, mine, { ...options, day });
        total.snapshots += loaded.snapshots;
        total.readings += loaded.readings;
        done[lane] = (done[lane] ?? 0) + 1;
        options.onProgress?.({ days: Math.min(...done), ofDays: days.length, snapshots: total.snapshots });
      }
    }),
  );
  await setStatuses(sql, positions, options.stepSeconds);
  if (total.snapshots > 0) await deriveHostStatuses(sql, { now, signal: new AbortController().signal });
  return total;
}

async function openPosition(sql: Sql, registered: RegisteredHost, collectorVersion: string): Promise<Position> {
  const { hostId, organisationId, host } = registered;
  const stream = { hostId, organisationId, streamId: HISTORY_STREAM, facts: host.facts, collectorVersion };
  const { streamNo, lastSequence } = await openStream(sql, stream);
  const layoutNos: number[] = [];
  for (const layout of host.layouts) layoutNos.push(await registerLayout(sql, registered, layout));
  return { registered, streamNo, sequence: lastSequence, layoutNos, lastBeatAt: null, added: 0 };
}

/** Older ones have been rolled up; one statement sees each beat in one of the two places. */
async function readLastBeats(sql: Sql, positions: readonly Position[]): Promise<void> {
  const rows = await sql<{ hostId: number; at: Date }[]>`
    SELECT h.id AS "hostId", greatest(hot.observed_at, rolled.end_at) AS at
    FROM unnest(${positions.map(({ registered }) => registered.hostId)}::bigint[]) AS h (id)
    LEFT JOIN LATERAL (
      SELECT observed_at FROM snapshot WHERE host_id = h.id ORDER BY observed_at DESC LIMIT 1
    ) hot ON true
    LEFT JOIN LATERAL (
      SELECT end_at FROM series_block WHERE host_id = h.id AND resource_no = ${AXIS_NO} ORDER BY start_at DESC LIMIT 1
    ) rolled ON true
    WHERE hot.observed_at IS NOT NULL OR rolled.end_at IS NOT NULL`;
  const lastBeats = new Map(rows.map(({ hostId, at }) => [hostId, at.getTime()]));
  for (const position of positions) position.lastBeatAt = lastBeats.get(position.registered.hostId) ?? null;
}

/** Midnights UTC of the days that the time lies in. */
function daysBetween(from: number, to: number): number[] {
  const first = Math.floor(from / DAY_MILLISECONDS);
  const last = Math.floor((to - 1) / DAY_MILLISECONDS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => (first + place) * DAY_MILLISECONDS);
}

const isoDay = (day: number): string => new Date(day).toISOString().slice(0, 10);

async function loadDay(
  sql: Sql,
  positions: readonly Position[],
  options: LoadOptions & { day: number },
): Promise<Loaded> {
  const { loaded, moved } = await sql.begin(async (tx) => {
    // What a crash of the server takes is loaded again.
    await tx`SET LOCAL synchronous_commit = off`;
    await tx`
      CREATE TEMPORARY TABLE demo_beat (host_id bigint, observed_at timestamptz(3), sequence bigint, stream_no integer,
        layout_no integer, readings bigint[]) ON COMMIT DROP`;
    const copied = await copyDay(tx, positions, options);
    if (copied.moved.length > 0) await storeCopied(tx, copied.moved);
    return copied;
  });
  for (const { position, sequence, lastBeatAt } of moved) {
    position.added += sequence - position.sequence;
    position.sequence = sequence;
    position.lastBeatAt = lastBeatAt;
  }
  return loaded;
}

interface Move {
  position: Position;
  sequence: number;
  lastBeatAt: number;
}

async function copyDay(
  tx: TransactionSql,
  positions: readonly Position[],
  options: LoadOptions & { day: number },
): Promise<{ loaded: Loaded; moved: Move[] }> {
  const result = { loaded: { snapshots: 0, readings: 0 }, moved: [] as Move[] };
  const target = await tx.unsafe(`COPY demo_beat (${BEAT_COLUMNS}) FROM STDIN (FORMAT binary)`).writable();
  await pipeline(encodeDay(positions, options, result), target);
  return result;
}

/** Pieces of the COPY; what they hold is told in `result` when the last one is taken. */
function* encodeDay(
  positions: readonly Position[],
  { from, now, stepSeconds, day }: LoadOptions & { day: number },
  result: { loaded: Loaded; moved: Move[] },
): Generator<Buffer> {
  const encoder = new BeatEncoder();
  for (const position of positions) {
    const { registered, streamNo, layoutNos } = position;
    const { hostId, host } = registered;
    const begin = Math.max(day, from, (position.lastBeatAt ?? Number.NEGATIVE_INFINITY) + 1);
    const range = { from: begin, to: Math.min(day + DAY_MILLISECONDS, now.getTime()), stepSeconds };
    let { sequence, lastBeatAt } = position;
    for (const { takenAt, layout, readings } of host.history(range)) {
      sequence += 1;
      lastBeatAt = takenAt;
      result.loaded.readings += readings.length;
      const layoutNo = layoutNos[layout];
      if (layoutNo === undefined) throw new Error(`${host.facts.name} has no layout ${layout}`);
      const piece = encoder.add({ hostId, observedAt: takenAt, sequence, streamNo, layoutNo, readings });
      if (piece !== null) yield piece;
    }
    if (lastBeatAt === null || sequence === position.sequence) continue;
    result.loaded.snapshots += sequence - position.sequence;
    result.moved.push({ position, sequence, lastBeatAt });
  }
  yield encoder.end();
}

/** By way of a table of its own: COPY into a table with row-level security is refused to everybody but its owner. */
async function storeCopied(tx: TransactionSql, moved: readonly Move[]): Promise<void> {
  const positions = moved.map(({ position }) => position);
  const advanced = await tx`
    UPDATE collector_stream s SET last_sequence = p.last_sequence
    FROM unnest(${positions.map(({ registered }) => registered.hostId)}::bigint[],
      ${positions.map(({ streamNo }) => streamNo)}::int[], ${positions.map(({ sequence }) => sequence)}::bigint[],
      ${moved.map(({ sequence }) => sequence)}::bigint[]) AS p (host_id, stream_no, after_sequence, last_sequence)
    WHERE s.host_id = p.host_id AND s.stream_no = p.stream_no AND s.last_sequence = p.after_sequence
    RETURNING 1`;
  if (advanced.length !== moved.length) {
    throw new Error('somebody else loads the simulated fleet into this database at the same time');
  }
  await tx`
    INSERT INTO snapshot (host_id, observed_at, stream_no, sequence, organisation_id, taken_at, received_at, layout_no,
      readings)
    SELECT b.host_id, b.observed_at, b.stream_no, b.sequence, ${positions[0]?.registered.organisationId ?? null}::uuid,
      b.observed_at, b.observed_at, b.layout_no, b.readings
    FROM demo_beat b`;
}

/** Of the last beat of each host that got any; the beat's distance is that of the history until the first live one. */
async function setStatuses(sql: Sql, positions: readonly Position[], beatSeconds: number): Promise<void> {
  const parts = positions.flatMap((position): StreamPart[] => {
    const { registered, streamNo, sequence, lastBeatAt } = position;
    if (position.added === 0 || lastBeatAt === null) return [];
    const { hostId, organisationId } = registered;
    const status = statusAt(position, new Date(lastBeatAt), beatSeconds);
    const unmoved = { afterSequence: sequence, lastSequence: sequence, hashes: '', rows: [], gaps: [] };
    return [{ hostId, organisationId, streamNo, ...unmoved, status }];
  });
  if (parts.length > 0) await storeSnapshots(sql, parts);
}

function statusAt({ registered, layoutNos }: Position, at: Date, beatSeconds: number): StreamPart['status'] {
  const { host } = registered;
  const snapshot = host.snapshot(at);
  if (snapshot === null) throw new Error(`${host.facts.name} has a beat in its history and no snapshot of it`);
  const { bootId, uptimeMilliseconds, layout, readings, probes } = snapshot;
  const layoutNo = layoutNos[host.layouts.indexOf(layout)];
  if (layoutNo === undefined) throw new Error(`${host.facts.name} has a snapshot of a layout that is none of its own`);
  return {
    lastSeenAt: at,
    observedAt: at,
    bootId,
    bootedAt: new Date(at.getTime() - uptimeMilliseconds),
    clockSkewMilliseconds: 0,
    beatSeconds,
    layoutNo,
    readings,
    probes,
    fullest: fullest(resourceFills(layout, readings)),
    backEnds: backEndsOf(layout),
  };
}
