import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Problem } from '../src/problem.ts';
import { readThinPools } from '../src/thin-pool/read.ts';
import { fixture } from './fixture.ts';
import { dockerHost, HANGS, lvmHost, type ThinPoolHost } from './thin-pool-host.ts';

const [LVM_POOL, DOCKER_POOL] = ['docker-thinpool-tpool', 'docker-253:2-8388736-pool'];

let host: ThinPoolHost;
beforeEach(() => {
  host = lvmHost();
});
afterEach(() => {
  vi.useRealTimers();
  host.remove();
});

const read = () => readThinPools(host.roots, host.tools);

/** State and problem of LVM's pool; the other one stays as it is. */
async function lvmPool(): Promise<{ state: string | null | undefined; problems: Problem[] }> {
  const { value, problems } = await read();
  return { state: value.find(({ name }) => name === 'docker/thinpool')?.facts.state, problems };
}

test('two healthy pools: names, facts, series, and which lies on loop files', async () => {
  const { value, problems } = await read();
  expect(problems).toEqual([]);
  expect(value).toEqual([
    {
      ...{ dmName: LVM_POOL, name: 'docker/thinpool', dataLoop: null },
      uuid: 'LVM-XqD0yViUZXpK8fcQfmCJUUJsCXR1eZbLYWM34rLgKvUfcr0wH3GHtlseJaSvWqro-tpool',
      facts: {
        ...{ state: 'rw', words: ['rw', 'discard_passdown', 'queue_if_no_space'], features: ['skip_block_zeroing'] },
        ...{ suspended: false, metadataSnapshotHeld: false, metadataDevice: '253:8', dataDevice: '253:9' },
        ...{ dataBlockBytes: 65_536, lowWaterBlocks: 0, metadataLowWaterBlocks: 512 },
      },
      series: {
        // 7179 and 65536 blocks of 64 KiB, 261 and 2048 of 4 KiB.
        ...{ poolDataUsedBytes: 470_482_944, poolDataCapacityBytes: 4_294_967_296 },
        ...{ poolMetadataUsedBytes: 1_069_056, poolMetadataCapacityBytes: 8_388_608 },
      },
    },
    expect.objectContaining({ name: DOCKER_POOL, dataLoop: 'loop1', uuid: '' }),
  ]);
  expect([...host.tables.keys()].sort()).toEqual([DOCKER_POOL, LVM_POOL].sort());
  expect(host.started.toSorted()).toEqual(
    ['table', 'status'].flatMap((command) => [`${command} ${DOCKER_POOL}`, `${command} ${LVM_POOL}`]).toSorted(),
  );
});

test('a suspended pool tells its facts all the same', async () => {
  host.put('sys/block/dm-10/dm/suspended', '1\n');
  const { value, problems } = await read();
  expect(problems).toEqual([]);
  expect(value[0]).toMatchObject({ name: 'docker/thinpool', facts: { suspended: true, state: 'rw' } });
});

describe('captured states of a pool', () => {
  interface Row {
    pool_status: string;
    pool_table: string;
  }
  const rows = fixture('thin-pool/states/needs_check_and_fail.jsonl')
    .trim()
    .split('\n')
    .map((row): Row => JSON.parse(row));

  test('check needed, dead, and well again, with the problem that goes with each', async () => {
    const seen = new Map<unknown, Problem[]>();
    for (const { pool_status, pool_table } of rows) {
      host.answers[`status ${LVM_POOL}`] = `${pool_status}\n`;
      host.answers[`table ${LVM_POOL}`] = `${pool_table}\n`;
      const { state, problems } = await lvmPool();
      seen.set(state, problems);
    }
    expect([...seen]).toEqual([
      ['rw', []],
      ['needs-check', []],
      ['failed', [{ status: 'failed', text: 'docker/thinpool: the pool has failed and does no I/O' }]],
    ]);
  });

  test.each([
    ['out_of_data_space discard_passdown queue_if_no_space', 'out-of-data-space-queueing'],
    ['out_of_data_space discard_passdown error_if_no_space', 'out-of-data-space-timed-out'],
    ['out_of_data_space discard_passdown', 'out-of-data-space'],
  ])('%s is %s', async (words, wanted) => {
    host.answers[`status ${LVM_POOL}`] = `0 8388608 thin-pool 6 261/2048 65536/65536 - ${words} - 512 \n`;
    expect(await lvmPool()).toEqual({ state: wanted, problems: [] });
  });

  test('set up to fail writes when full', async () => {
    host.answers[`status ${LVM_POOL}`] =
      '0 8388608 thin-pool 6 261/2048 65536/65536 - out_of_data_space discard_passdown error_if_no_space - 512 \n';
    host.answers[`table ${LVM_POOL}`] = '0 8388608 thin-pool 253:8 253:9 128 0 1 error_if_no_space \n';
    expect((await lvmPool()).state).toBe('out-of-data-space-erroring');
  });

  test('a full and timed-out pool of Docker, as it was captured', async () => {
    host.remove();
    host = dockerHost('B15-fill');
    const { value, problems } = await read();
    expect(problems).toEqual([]);
    expect(value).toMatchObject([
      {
        ...{ name: 'docker-0:33-25-pool', dataLoop: 'loop0' },
        facts: { state: 'out-of-data-space-timed-out' },
        series: { poolDataUsedBytes: 314_572_800, poolDataCapacityBytes: 314_572_800 },
      },
    ]);
  });
});

describe('what a line says that is no good state', () => {
  test.each<[string, string, string | null, string]>([
    ['0 8 thin-pool Error\n', 'its metadata', 'error', "the kernel could not read the pool's metadata"],
    [
      '0 8 thin-pool 6 1/9 1/9 - zz - 512\n',
      'a mode of another day',
      null,
      'the status line has no mode that is known',
    ],
    ['0 8 linear \n', 'another target', null, 'the answer has no line of a thin pool'],
    ['0 8 thin-pool 6\n', 'no counts', null, 'the status line has no block counts'],
    ['0 8 thin-pool 6 1/9', 'half a line', null, 'the answer is cut off'],
    [
      '0 8 thin-pool 6 1/9 1/9007199254740992 - rw - 512\n',
      'a count of 2^53',
      'rw',
      'a number is beyond 2^53 and was not read',
    ],
  ])('%j: %s', async (line, _, state, text) => {
    host.answers[`status ${LVM_POOL}`] = line;
    expect(await lvmPool()).toEqual({ state, problems: [{ status: 'failed', text: `docker/thinpool: ${text}` }] });
  });

  test.each<[string, string | null, Problem['status'], string]>([
    ['\n', 'no-table', 'unavailable', 'no table is loaded'],
    ['0 4 linear 7:0 0\n4 4 error \n', null, 'failed', 'its table is of linear, error, not of a thin pool'],
    ['0 8 thin-pool 253:8\n', null, 'failed', 'the table line names no metadata and data device'],
    ['0 8 thin-pool 253:8', null, 'failed', 'the answer is cut off'],
  ])('table %j', async (line, state, status, text) => {
    host.answers[`table ${LVM_POOL}`] = line;
    expect(await lvmPool()).toEqual({ state, problems: [{ status, text: `docker/thinpool: ${text}` }] });
  });
});

describe('dmsetup', () => {
  test('may not be asked: the pools that are sure by their name are there without numbers', async () => {
    const problem = { status: 'unavailable', text: 'dmsetup needs root' } as const;
    host.answers[`table ${LVM_POOL}`] = problem;
    host.answers[`table ${DOCKER_POOL}`] = problem;
    const { value, problems } = await read();
    expect(problems.map(({ status, text }) => [status, text]).sort()).toEqual([
      ['unavailable', 'docker-253:2-8388736-pool: dmsetup needs root'],
      ['unavailable', 'docker/thinpool: dmsetup needs root'],
    ]);
    expect(value).toMatchObject([
      { facts: { state: null, dataDevice: null }, series: { poolDataUsedBytes: null } },
      { facts: { state: null }, dataLoop: null },
    ]);
  });

  test('hangs on a stalled pool: state stalled with the last table, once; then it is not started again', async () => {
    await read();
    host.started.length = 0;
    host.answers[`status ${LVM_POOL}`] = HANGS;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reading = read();
    await vi.waitFor(() => expect(host.started).toContain(`status ${LVM_POOL}`));
    await vi.advanceTimersByTimeAsync(2_000);
    const { value, problems } = await reading;
    expect(problems).toEqual([{ status: 'failed', text: 'docker/thinpool: dmsetup: no answer within 2 s' }]);
    expect(value[0]).toMatchObject({
      facts: { state: 'stalled', dataDevice: '253:9', words: null },
      series: { poolDataUsedBytes: null },
    });
    expect(value[1]?.facts.state).toBe('rw');
    host.started.length = 0;
    expect(await read()).toMatchObject({
      value: [{ facts: { state: 'stalled', dataDevice: '253:9', lowWaterBlocks: 0 } }, { facts: { state: 'rw' } }],
      problems: [{ status: 'failed', text: 'docker/thinpool: dmsetup: an earlier call still hangs' }],
    });
    expect(host.started).toEqual([`table ${DOCKER_POOL}`, `status ${DOCKER_POOL}`]);
  });

  test('has no turn since others hang: not read, and not called stalled', async () => {
    for (const subject of ['a', 'b', 'c', 'd'])
      host.guard.run('command', subject, 1, () => HANGS).catch(() => undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reading = read();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2));
    await vi.advanceTimersByTimeAsync(2_000);
    const { value, problems } = await reading;
    expect(value.map(({ facts }) => facts.state)).toEqual([null, null]);
    expect(problems).toContainEqual({
      status: 'failed',
      text: 'docker/thinpool: dmsetup: not asked within 2 s, since a, b, c, d hangs',
    });
  });
});

describe('what is there and goes', () => {
  test('a pool that goes before it is asked is no problem', async () => {
    host.answers[`table ${LVM_POOL}`] = new Promise((resolve) => {
      rmSync(join(host.folder, 'sys/block/dm-10'), { recursive: true });
      resolve({ status: 'failed', text: 'Device does not exist' });
    });
    // Its name is read before; the folder goes with the first look after that.
    const { value, problems } = await read();
    expect(value.map(({ name }) => name)).not.toContain('docker/thinpool');
    expect(problems).toEqual([]);
  });

  test('and so is one whose number another device has got meanwhile', async () => {
    const { tools } = host;
    const dmsetup: typeof tools.dmsetup = async (command, dmName) => {
      if (dmName !== LVM_POOL) return tools.dmsetup(command, dmName);
      host.put('sys/block/dm-10/dm/name', 'other\n');
      return { status: 'failed', text: 'Device does not exist' };
    };
    const { value, problems } = await readThinPools(host.roots, { ...tools, dmsetup });
    expect(value.map(({ name }) => name)).toEqual([DOCKER_POOL]);
    expect(problems).toEqual([]);
  });

  test('the table of a pool that is gone is forgotten', async () => {
    await read();
    rmSync(join(host.folder, 'sys/block/dm-3'), { recursive: true });
    await read();
    expect([...host.tables.keys()]).toEqual([LVM_POOL]);
  });

  test('a host without a device mapper, or without /sys/block, has nothing to read', async () => {
    rmSync(join(host.folder, 'sys/block'), { recursive: true });
    expect(await read()).toEqual({ value: [], problems: [] });
    expect(host.started).toEqual([]);
  });
});

describe('what looks like a pool', () => {
  beforeEach(() => {
    host.remove();
    host = dockerHost('A22-snap');
  });

  test('is one by its table', async () => {
    expect((await read()).value.map(({ name, dataLoop }) => [name, dataLoop])).toEqual([['labpool', 'loop1']]);
  });

  test('is none by its table: nothing is said', async () => {
    host.answers['table labpool'] = '0 524288 striped 2 128 7:0 0 7:1 0\n';
    expect(await read()).toEqual({ value: [], problems: [] });
  });

  test('may be one: told that it is not known', async () => {
    host.answers['table labpool'] = { status: 'unavailable', text: 'dmsetup needs root' };
    expect(await read()).toEqual({
      value: [],
      problems: [{ status: 'unavailable', text: 'labpool: not known whether it is a thin pool: dmsetup needs root' }],
    });
  });

  test('was one before: known still', async () => {
    await read();
    host.answers['table labpool'] = { status: 'failed', text: 'dmsetup: x' };
    expect(await read()).toMatchObject({
      value: [{ name: 'labpool', facts: { state: null } }],
      problems: [{ status: 'failed', text: 'labpool: dmsetup: x' }],
    });
  });
});

test('a name that is none, and a folder in its place, are told by their node', async () => {
  host.put('sys/block/dm-3/dm/name', '\n');
  rmSync(join(host.folder, 'sys/block/dm-10/dm/uuid'));
  mkdirSync(join(host.folder, 'sys/block/dm-10/dm/uuid'));
  const { value, problems } = await read();
  expect(value).toEqual([]);
  // Devices are read at once: whichever is done first is told first.
  expect(problems.toSorted((a, b) => (a.text < b.text ? -1 : 1))).toEqual([
    { status: 'failed', text: 'dm-10: EISDIR: illegal operation on a directory, read' },
    { status: 'failed', text: 'dm-3: its name cannot be understood' },
  ]);
});

test('64 pools are read, and the others counted', async () => {
  for (let number = 100; number < 164; number += 1) {
    const name = `docker-9:9-${number}-pool`;
    host.put(`sys/block/dm-${number}/dm/name`, `${name}\n`);
    host.answers[`table ${name}`] = host.answers[`table ${DOCKER_POOL}`] ?? '';
    host.answers[`status ${name}`] = host.answers[`status ${DOCKER_POOL}`] ?? '';
  }
  const { value, problems } = await read();
  expect(value).toHaveLength(64);
  expect(problems).toEqual([{ status: 'failed', text: '2 thin pools are more than are read' }]);
});
