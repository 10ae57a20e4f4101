import { storeInventory } from '@silt/db';
import { itemRunOf } from '@silt/domain';
import { type Evidence, RULES } from '@silt/domain/findings';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { lookAtDocker } from '../../../probes/test/findings-thin-look.ts';
import { fixture } from '../../../probes/test/fixture.ts';
import { IncidentHost, type Look, only } from '../../../probes/test/incident-host.ts';
import * as hosts from '../../../probes/test/incident-hosts.ts';
import { addHost, addLayout, setStatus, type TestHost } from '../fleet-rows.ts';
import { at, JudgeStage } from './judge-stage.ts';

/** What no temporary folder has: subvolumes, and files of hundreds of megabytes. */
const kernel = vi.hoisted(() => ({ factsOf: (_path: string): object => ({}) }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const lstat = async (path: string) => Object.assign(await real.lstat(path), kernel.factsOf(path));
  const stat = async (path: string, options: { bigint: false }) =>
    Object.assign(await real.stat(path, options), kernel.factsOf(path));
  return { ...real, lstat, stat };
});

let stage: JudgeStage;
let captured: IncidentHost | null = null;
let told: ToldHost;

beforeAll(async () => {
  stage = await JudgeStage.open(inject('postgresUrl'));
});
beforeEach(async () => {
  await stage.begin();
  told = await ToldHost.add();
});
afterEach(() => captured?.remove());
afterAll(() => stage.close());

const DAY_MINUTES = 1_440;

/** A look at a host made of captures. */
async function lookAt(put: (host: IncidentHost) => Promise<Look>): Promise<Look> {
  captured?.remove();
  const host = new IncidentHost();
  captured = host;
  kernel.factsOf = (path) => host.factsOf(path);
  return put(host);
}

/** A host whose beats, inventories and items come in, each as of the same moment, and is judged by all rules. */
class ToldHost {
  readonly #host: TestHost;
  #sequence = 0;

  private constructor(host: TestHost) {
    this.#host = host;
  }

  static async add(): Promise<ToldHost> {
    const host = await addHost(stage.owner, stage.organisationId, 'ci-07');
    await stage.owner`
      INSERT INTO collector_stream (host_id, stream_no, organisation_id, stream_id)
      VALUES (${host.id}, 1, ${host.organisationId}, gen_random_uuid())`;
    return new ToldHost(host);
  }

  async tell({ snapshot, inventory }: Look, minutes: number): Promise<void> {
    const when = at(minutes);
    const { id: hostId, organisationId } = this.#host;
    this.#sequence += 1;
    await addLayout(stage.owner, this.#host, this.#sequence, snapshot.layout);
    const { readings } = snapshot;
    await setStatus(stage.owner, this.#host, { at: when, readings, layoutNo: this.#sequence, fullest: null });
    await stage.survey(this.#host, when, inventory);
    const outcome = await storeInventory(stage.owner, {
      ...{ hostId, organisationId, streamNo: 1, hashes: '', observedAt: when, receivedAt: when },
      ...{ afterSequence: this.#sequence - 1, lastSequence: this.#sequence, baseSequence: null },
      ...{ ...itemRunOf(inventory, snapshot), removed: [] },
    });
    expect(outcome).toBe('stored');
    expect(await stage.judge(when, RULES)).toMatchObject({ hosts: 1, faults: [], failures: [] });
  }

  /** `warning open dind-leftover`, of those that a test is about. */
  async saidOf(rules: readonly string[]): Promise<string[]> {
    return (await this.rowsOf(rules)).map(({ severity, state, rule }) => `${severity} ${state} ${rule}`).sort();
  }

  async rowsOf(rules: readonly string[]) {
    return (await stage.rowsOf(this.#host)).filter(({ rule }) => rules.includes(rule));
  }

  /** Critical ones, warnings and notices that are counted of it. */
  counts(): Promise<number[]> {
    return stage.countsOf(this.#host);
  }

  /** What people were told, in order. */
  async changesOf(rules: readonly string[]): Promise<string[]> {
    const rows = await stage.owner<{ change: string; rule: string }[]>`
      SELECT detail ->> 'change' AS change, detail ->> 'rule' AS rule FROM event
      WHERE host_id = ${this.#host.id} AND kind = 'finding' ORDER BY event_no`;
    return rows.filter(({ rule }) => rules.includes(rule)).map(({ change, rule }) => `${change} ${rule}`);
  }
}

/** Of what is kept, as a page makes it again. */
const commandsOf = (rule: string, evidence: Evidence): string[] =>
  only(RULES.filter(({ id }) => id === rule))
    .remedy(evidence)
    .flatMap(({ command }) => command ?? []);

describe('4. device-mapper thin devices, dm-thin-vm', () => {
  const CONTAINERS = 'dm-container-full';
  const POOL = 'thin-out-of-space';
  const POOL_DEVICE = 'docker-0:33-25-pool';
  const [FINE, FILLED] = ['B02-three-running', 'B15-fill'] as const;
  const DEVICE = /docker-0:33-25-[0-9a-f]{64}/g;

  /** B15-fill, the line of its pool as in B02 (edit): containers full from the inside, and room in the pool. */
  const lookAtFullContainers = () =>
    lookAt(async (host) => {
      await hosts.putThinStep(host, FILLED);
      const lines = fixture(`thin-pool/dm-thin-vm/${FINE}/status.txt`).split('\n');
      host.putDmsetup('status', only(lines.filter((line) => line.startsWith(`${POOL_DEVICE}: `))));
      return host.look();
    });

  test('full containers are found, each with its own device in its remedy; then the pool; and all of it ends', async () => {
    const fine = await lookAt((host) => lookAtDocker(host, FINE));
    const inside = await lookAtFullContainers();
    const full = await lookAt((host) => lookAtDocker(host, FILLED));
    const ours = [CONTAINERS, POOL];
    for (const minutes of [0, 5]) await told.tell(fine, minutes);
    expect(await told.saidOf(ours)).toEqual([]);
    await told.tell(inside, 10);
    expect(await told.saidOf(ours)).toEqual([`warning new ${CONTAINERS}`, `warning new ${CONTAINERS}`]);
    await told.tell(inside, 15);
    const rows = await told.rowsOf([CONTAINERS]);
    expect(rows.map(({ state }) => state)).toEqual(['open', 'open']);
    const devices = rows.map(({ rule, evidence }) => {
      const text = commandsOf(rule, evidence).join('\n');
      const [device] = new Set(text.match(DEVICE));
      expect([...new Set(text.match(DEVICE))]).toEqual([evidence.deviceName]);
      expect(text).toContain(POOL_DEVICE);
      return device;
    });
    expect(new Set(devices).size).toBe(2);
    await told.tell(full, 20);
    const said = [`critical open ${POOL}`, `warning open ${CONTAINERS}`, `warning open ${CONTAINERS}`];
    expect(await told.saidOf(ours)).toEqual(said);
    for (const minutes of [25, 30]) await told.tell(fine, minutes);
    expect(await told.saidOf(ours)).toEqual(said);
    await told.tell(fine, 35);
    expect(await told.saidOf(ours)).toEqual(said.map((one) => one.replace('open', 'resolved')));
    const changes = await told.changesOf(ours);
    expect(changes.slice(0, 3)).toEqual([`opened ${CONTAINERS}`, `opened ${CONTAINERS}`, `opened ${POOL}`]);
    // All at one moment.
    const ends = [`resolved ${CONTAINERS}`, `resolved ${CONTAINERS}`, `resolved ${POOL}`];
    expect(changes.slice(3).sort()).toEqual(ends);
  });
});

describe('5. no room for a chunk, btrfs-exhaustion', () => {
  const [CHUNK, HEADROOM] = ['btrfs-unallocated-low', 'btrfs-metadata-headroom'];
  const ours = [CHUNK, HEADROOM];
  const sampleOf = (sample: number) =>
    lookAt(async (host) => {
      await hosts.putExhaustionSample(host, sample);
      return host.look();
    });

  test('what is found gets worse with the samples, and is resolved when there is room again', async () => {
    const samples = new Map<number, Look>();
    for (const sample of [0, 33, 66, 67]) samples.set(sample, await sampleOf(sample));
    let minutes = -5;
    const tell = async (...order: number[]) => {
      for (const sample of order) {
        minutes += 5;
        await told.tell(samples.get(sample) as Look, minutes);
      }
    };
    await tell(0, 0);
    expect(await told.saidOf(ours)).toEqual([]);
    const [before = 0] = await told.counts();
    await tell(33, 33);
    expect(await told.saidOf(ours)).toEqual([`warning open ${CHUNK}`]);
    const [low] = await told.rowsOf([CHUNK]);
    // Of sample 33: 2,653,945,856 B of data chunks − 155,652,096 B in them.
    expect(low?.promised).toBe(2_498_293_760);
    expect(commandsOf(CHUNK, low?.evidence)).toContain('btrfs filesystem usage /srv/lab/mnt/dbtr');
    // Writes fail next: nobody waits for a second look.
    await tell(66);
    expect(await told.saidOf(ours)).toEqual([`critical open ${HEADROOM}`, `warning open ${CHUNK}`]);
    await tell(67);
    expect((await told.counts())[0]).toBe(before + 1);
    // Better, and not good: of chunks there is still no room.
    await tell(66, 33, 33);
    expect(await told.saidOf(ours)).toEqual([`critical open ${HEADROOM}`, `warning open ${CHUNK}`]);
    await tell(33);
    expect(await told.saidOf(ours)).toEqual([`critical resolved ${HEADROOM}`, `warning open ${CHUNK}`]);
    await tell(0, 0);
    expect(await told.saidOf(ours)).toEqual([`critical resolved ${HEADROOM}`, `warning open ${CHUNK}`]);
    await tell(0);
    expect(await told.saidOf(ours)).toEqual([`critical resolved ${HEADROOM}`, `warning resolved ${CHUNK}`]);
    expect((await told.counts())[0]).toBe(before);
    // Sample 0 is a file system that is still empty: more of it is unallocated than was promised.
    const [resolved] = await told.rowsOf([CHUNK]);
    expect(resolved?.freed).toBeGreaterThanOrEqual(resolved?.promised);
    expect(await told.changesOf(ours)).toEqual([
      ...[`opened ${CHUNK}`, `opened ${HEADROOM}`, `resolved ${HEADROOM}`, `resolved ${CHUNK}`],
    ]);
  });
});

describe('1. docker in docker, docker-btrfs-2, 3 and 4', () => {
  const LEFTOVER = 'dind-leftover';
  const NESTED = 25_683;
  const DIND = '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c';
  const stepOf = (step: 2 | 3 | 4) =>
    lookAt(async (host) => {
      await hosts.putDindStep(host, step);
      if (step === 2) hosts.startNestedOnBtrfs(host, NESTED, DIND);
      return host.look();
    });
  /** State of the one that tells of a volume, and whether its remedy deletes it. */
  async function leftoverOf(volume: string): Promise<string | null> {
    const [row] = await told.rowsOf([LEFTOVER]);
    const { volumes = [] } = (row?.evidence ?? {}) as { volumes?: { volume: string }[] };
    if (row === undefined || !volumes.some((one) => one.volume === volume)) return null;
    const deletes = commandsOf(LEFTOVER, row.evidence).some((line) => line.includes(`volume rm -- ${volume}`));
    return `${row.state}, ${deletes ? 'to delete' : 'to look at'}`;
  }

  test('a volume that a day ago was in use is looked at only, until it has stood unused for a day', async () => {
    const { LEFT_VOLUME, HALF_VOLUME } = hosts;
    const [running, removed, half] = [await stepOf(2), await stepOf(3), await stepOf(4)];
    await told.tell(running, 0);
    expect(await leftoverOf(LEFT_VOLUME)).toBeNull();
    await told.tell(removed, DAY_MINUTES);
    expect(await leftoverOf(LEFT_VOLUME)).toBe('new, to look at');
    for (const minutes of [5, DAY_MINUTES - 1]) {
      await told.tell(removed, DAY_MINUTES + minutes);
      expect(await leftoverOf(LEFT_VOLUME)).toBe('open, to look at');
    }
    await told.tell(removed, 2 * DAY_MINUTES);
    expect(await leftoverOf(LEFT_VOLUME)).toBe('open, to delete');
    for (const minutes of [5, 10, 15]) await told.tell(half, 2 * DAY_MINUTES + minutes);
    expect(await leftoverOf(LEFT_VOLUME)).toBeNull();
    // The next one of the same finding, whose removal broke off, has its own day.
    expect(await leftoverOf(HALF_VOLUME)).toBe('open, to look at');
    await told.tell(half, 3 * DAY_MINUTES + 5);
    expect(await leftoverOf(HALF_VOLUME)).toBe('open, to delete');
    // Used again for a while, its day begins anew.
    await told.tell(inUse(half, HALF_VOLUME), 3 * DAY_MINUTES + 10);
    for (const minutes of [15, 20]) await told.tell(half, 3 * DAY_MINUTES + minutes);
    expect(await leftoverOf(HALF_VOLUME)).toBe('open, to look at');
    await told.tell(half, 4 * DAY_MINUTES + 15);
    expect(await leftoverOf(HALF_VOLUME)).toBe('open, to delete');
  });

  /** One container uses it (edit of Docker's count). */
  function inUse(look: Look, volume: string): Look {
    const copy = structuredClone(look);
    const volumes = copy.inventory.docker?.daemons.flatMap((daemon) => daemon.volumes ?? []);
    only(volumes?.filter(({ name }) => name === volume)).references = 1;
    return copy;
  }
});
