import type { Sql, TransactionSql } from '@silt/db';
import { contentOf } from '../load/load-snapshot.ts';
import { type JournalEntry, readJournal } from './journal.ts';
import type { TestHost } from './test-hosts.ts';
import { ensure } from './wait.ts';

const SHOWN_PROBLEMS = 5;

export interface Verdict {
  produced: number;
  acknowledged: number;
  stored: number;
  /** Sequences covered by gap events. */
  gaps: number;
  refused: number;
}

interface StoredRow {
  host: number;
  stream: string;
  sequence: number;
  marker: number;
  content: string;
}

interface Facts {
  rows: StoredRow[];
  gaps: { host: number; from: number; to: number }[];
  streams: { host: number; stream: string; last: number }[];
}

/** `host stream sequence`, by which a row is known. */
const keyOf = (host: number, stream: string, sequence: number) => `${host} ${stream} ${sequence}`;

/**
 * What the collectors know against what the database holds: acknowledged ⊆ stored ⊆ produced, one row a sequence, the
 * content as produced, each hole covered. Throws FaultError with the first problems.
 */
export async function checkOracle(owner: Sql, hosts: readonly TestHost[], journal: string): Promise<Verdict> {
  const entries = readJournal(journal);
  const facts = await readFacts(owner, hosts);
  const refused = new Set<string>();
  const acknowledged = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind !== 'acknowledged') continue;
    const stream = `${entry.host} ${entry.stream}`;
    acknowledged.set(stream, Math.max(acknowledged.get(stream) ?? 0, entry.sequence));
    for (const sequence of entry.refused) refused.add(keyOf(entry.host, entry.stream, sequence));
  }
  const covered = (host: number, stream: string, sequence: number) =>
    refused.has(keyOf(host, stream, sequence)) ||
    facts.gaps.some((gap) => gap.host === host && gap.from <= sequence && sequence <= gap.to);
  const problems = [
    ...problemsOfRows(facts.rows, entries),
    ...problemsOfHoles(facts, covered),
    ...problemsOfAcknowledged(facts, acknowledged),
  ];
  ensure(
    problems.length === 0,
    `The oracle is broken ${problems.length} times: ${problems.slice(0, SHOWN_PROBLEMS).join('; ')}.`,
  );
  return {
    produced: entries.filter(({ kind }) => kind === 'produced').length,
    acknowledged: [...acknowledged.values()].reduce((sum, last) => sum + last, 0),
    stored: facts.rows.length,
    gaps: facts.gaps.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0),
    refused: refused.size,
  };
}

/** One row a sequence; what it holds was produced on its host, and under this sequence where that is known. */
function problemsOfRows(rows: readonly StoredRow[], entries: readonly JournalEntry[]): string[] {
  const contents = new Map<string, string>();
  const sent = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind === 'produced') contents.set(`${entry.host} ${entry.marker}`, entry.content);
    if (entry.kind === 'sent') sent.set(keyOf(entry.host, entry.stream, entry.sequence), entry.marker);
  }
  const problems: string[] = [];
  const [keys, markers] = [new Set<string>(), new Set<string>()];
  for (const { host, stream, sequence, marker, content } of rows) {
    const [key, made] = [keyOf(host, stream, sequence), `${host} ${marker}`];
    if (keys.has(key)) problems.push(`${key} is stored twice`);
    if (markers.has(made)) problems.push(`what was produced once as ${made} is stored twice`);
    if (contents.get(made) === undefined) problems.push(`${key} holds ${marker}, which was never produced`);
    else if (contents.get(made) !== content) problems.push(`${key} holds something else than was produced`);
    if ((sent.get(key) ?? marker) !== marker)
      problems.push(`${key} was sent with ${sent.get(key)}, and holds ${marker}`);
    keys.add(key);
    markers.add(made);
  }
  return problems;
}

/** Up to where a stream stands there is a row, a gap or a refusal for each sequence. */
function problemsOfHoles(
  { rows, streams }: Facts,
  covered: (host: number, stream: string, sequence: number) => boolean,
): string[] {
  const keys = new Set(rows.map(({ host, stream, sequence }) => keyOf(host, stream, sequence)));
  const problems: string[] = [];
  for (const { host, stream, last } of streams) {
    for (let sequence = 1; sequence <= last; sequence += 1) {
      if (keys.has(keyOf(host, stream, sequence)) || covered(host, stream, sequence)) continue;
      problems.push(`${keyOf(host, stream, sequence)} of ${last} is a hole without a gap`);
    }
  }
  return problems;
}

/** With the holes known to be covered: a stream stands where it was acknowledged, or further. */
function problemsOfAcknowledged({ streams }: Facts, acknowledged: ReadonlyMap<string, number>): string[] {
  const last = new Map(streams.map((one) => [`${one.host} ${one.stream}`, one.last]));
  return [...acknowledged]
    .filter(([stream, sequence]) => (last.get(stream) ?? 0) < sequence)
    .map(
      ([stream, sequence]) => `${stream} was acknowledged up to ${sequence}, and stands at ${last.get(stream) ?? 0}`,
    );
}

/** All of one moment. */
function readFacts(owner: Sql, hosts: readonly TestHost[]): Promise<Facts> {
  return owner.begin('ISOLATION LEVEL REPEATABLE READ', (sql) => readFactsIn(sql, hosts)) as Promise<Facts>;
}

/** Hosts by their number in the load. */
async function readFactsIn(owner: TransactionSql, hosts: readonly TestHost[]): Promise<Facts> {
  const places = new Map(hosts.map(({ id }, place) => [id, place]));
  const place = (id: number) => places.get(id) as number;
  const ids = hosts.map(({ id }) => `${id}`);
  const rows = await owner<{ id: number; stream: string; sequence: number; takenAt: Date; readings: string }[]>`
    SELECT s.host_id AS id, c.stream_id AS stream, s.sequence, s.taken_at AS "takenAt",
      array_to_json(s.readings)::text AS readings
    FROM snapshot s JOIN collector_stream c ON c.host_id = s.host_id AND c.stream_no = s.stream_no
    WHERE s.host_id = ANY (${ids}::bigint[])`;
  const gaps = await owner<{ id: number; detail: { from: number; to: number } }[]>`
    SELECT host_id AS id, detail FROM event WHERE kind = 'gap' AND host_id = ANY (${ids}::bigint[])`;
  const streams = await owner<{ id: number; stream: string; last: number }[]>`
    SELECT host_id AS id, stream_id AS stream, last_sequence AS last
    FROM collector_stream WHERE host_id = ANY (${ids}::bigint[])`;
  return {
    rows: rows.map(({ id, stream, sequence, takenAt, readings }) => {
      const numbers = JSON.parse(readings) as (number | null)[];
      const content = contentOf(takenAt.toISOString(), numbers);
      return { host: place(id), stream, sequence, marker: Number(numbers[0]), content };
    }),
    gaps: gaps.map(({ id, detail }) => ({ host: place(id), ...detail })),
    streams: streams.map(({ id, stream, last }) => ({ host: place(id), stream, last })),
  };
}
