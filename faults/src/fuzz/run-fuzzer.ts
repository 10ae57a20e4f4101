import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../harness/stage.ts';
import type { TestHost } from '../harness/test-hosts.ts';
import { ensure, FaultError } from '../harness/wait.ts';
import { contentOf } from '../load/load-snapshot.ts';
import { type FuzzedConnection, fuzzConnection, type Storable } from './fuzz-connection.ts';
import { SeededRandom } from './seeded-random.ts';
import { SteadyCollector } from './steady-collector.ts';

export const FUZZ_SEED = 20_251_121;
const CONNECTIONS_AT_ONCE = 8;
/** A key may say hello 60 times in a minute. */
const HOSTS = 400;
const BEFORE_MILLISECONDS = 4_000;
/** Until the gateway has seen everything once, and its memory is what it is under such a load. */
const WARM_UP_MILLISECONDS = 8_000;
const SETTLE_MILLISECONDS = 3_000;
export const MAX_GROWTH_MEGABYTES = 50;
export const MAX_ACK_SECONDS = 5;

export interface FuzzResult {
  seed: number;
  connections: number;
  frames: string;
  /** Ends by what they were, most first. */
  ends: Record<string, number>;
  growthMegabytes: number;
  p99BeforeMilliseconds: number;
  p99DuringMilliseconds: number;
  worstMilliseconds: number;
  storedRows: number;
}

/** Strange frames for so long, with and without a key, against the stage's gateway. Throws FaultError. */
export async function runFuzzer(stage: Stage, seconds: number, seed: number): Promise<FuzzResult> {
  const [good, ...hosts] = await stage.addHosts(1 + HOSTS);
  if (good === undefined) throw new Error('there is a host');
  const steady = await SteadyCollector.open(stage.direct, good);
  try {
    await sleep(BEFORE_MILLISECONDS);
    const before = steady.take();
    const storable: Storable = new Map();
    const run = new FuzzRun(stage, hosts, storable, seed);
    const warmUp = Math.min(WARM_UP_MILLISECONDS, (seconds * 1_000) / 2);
    await run.go(warmUp);
    const residentBefore = stage.gateway.resident;
    await run.go(seconds * 1_000 - warmUp);
    const during = steady.take();
    await sleep(SETTLE_MILLISECONDS);
    ensure(stage.gateway.isAlive, 'the gateway died');
    ensure(steady.isOpen, 'the well-behaved collector was cut off');
    const growthMegabytes = Math.round(stage.gateway.resident - residentBefore);
    const storedRows = await checkStored(stage, hosts, storable);
    const result = {
      ...{ seed, connections: run.count, frames: 'golden, mutated' },
      ...{ ends: run.ends, growthMegabytes, storedRows },
      p99BeforeMilliseconds: before.p99Milliseconds,
      p99DuringMilliseconds: during.p99Milliseconds,
      worstMilliseconds: during.worstMilliseconds,
    };
    ensure(growthMegabytes < MAX_GROWTH_MEGABYTES, `memory grew: ${JSON.stringify(result)}`);
    ensure(during.worstMilliseconds < MAX_ACK_SECONDS * 1_000, `others had to wait: ${JSON.stringify(result)}`);
    ensure(run.count > seconds * 10, `the fuzzer itself hardly ran: ${JSON.stringify(result)}`);
    return result;
  } finally {
    await steady.close();
  }
}

class FuzzRun {
  count = 0;
  readonly ends: Record<string, number> = {};
  readonly #stage: Stage;
  readonly #hosts: readonly TestHost[];
  readonly #storable: Storable;
  readonly #random: SeededRandom;

  constructor(stage: Stage, hosts: readonly TestHost[], storable: Storable, seed: number) {
    this.#stage = stage;
    this.#hosts = hosts;
    this.#storable = storable;
    this.#random = new SeededRandom(seed);
  }

  async go(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    const worker = async () => {
      while (performance.now() < end) await this.#one();
    };
    await Promise.all(Array.from({ length: CONNECTIONS_AT_ONCE }, worker));
  }

  /** Each has a seed of its own, so that it does not depend on what ran beside it. */
  async #one(): Promise<void> {
    this.count += 1;
    const number = this.count;
    const seed = this.#random.whole(2 ** 31);
    const random = new SeededRandom(seed);
    const from = `127.${10 + random.whole(200)}.${random.whole(256)}.${1 + random.whole(250)}`;
    const host = random.chance(0.5) ? (this.#hosts[number % this.#hosts.length] as TestHost) : null;
    const target = { endpoint: { ...this.#stage.direct, from }, host, storable: this.#storable };
    const fuzzed = await fuzzConnection(target, random);
    this.#judge(fuzzed, seed, host !== null);
  }

  #judge({ name, end, expected }: FuzzedConnection, seed: number, withKey: boolean): void {
    this.ends[end] = (this.ends[end] ?? 0) + 1;
    if (end === 'refused') return;
    if (expected.includes(end as number)) return;
    const key = withKey ? 'with a key' : 'without a key';
    throw new FaultError(`"${name}" ${key} (seed ${seed}) ended with ${end}; expected: ${expected.join(', ')}`);
  }
}

/** Nothing is stored of the fuzzed hosts but what was valid. */
async function checkStored(stage: Stage, hosts: readonly TestHost[], storable: Storable): Promise<number> {
  const byId = new Map(hosts.map((host) => [host.id, host.hostId]));
  const rows = await stage.owner<{ id: number; takenAt: Date; readings: string }[]>`
    SELECT host_id AS id, taken_at AS "takenAt", array_to_json(readings)::text AS readings
    FROM snapshot WHERE host_id = ANY (${[...byId.keys()].map(String)}::bigint[])`;
  for (const { id, takenAt, readings } of rows) {
    const content = contentOf(takenAt.toISOString(), JSON.parse(readings));
    const known = storable.get(byId.get(id) as string)?.has(content) ?? false;
    ensure(known, `a row is stored that no valid frame held: ${takenAt.toISOString()} ${readings}`);
  }
  const [{ strangers }] = await stage.owner<[{ strangers: number }]>`
    SELECT (SELECT count(*)::int FROM host) - ${hosts.length + 1}::int AS strangers`;
  ensure(strangers === 0, `${strangers} hosts were made by strangers`);
  return rows.length;
}
