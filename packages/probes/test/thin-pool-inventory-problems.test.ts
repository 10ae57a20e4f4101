import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fixture } from './fixture.ts';
import { dockerHost, HANGS, lvmHost, type ThinPoolHost } from './thin-pool-host.ts';

const NEEDS_ROOT = JSON.parse(fixture('thin-pool/status-by-privilege.json')).nobody.err as string;
const refused = (stderr: string) => ({ code: 1, stdout: '', stderr });

let host: ThinPoolHost;
beforeEach(() => {
  host = lvmHost();
});
afterEach(() => {
  vi.useRealTimers();
  host.remove();
});

/** The inventory while a program hangs: its deadline passes at once. */
async function whileHanging() {
  const devices = await host.devices();
  vi.useFakeTimers();
  const reading = host.inventory({ devices });
  await vi.advanceTimersByTimeAsync(5_000);
  return reading;
}

test('a host without pools starts nothing and has no problem', async () => {
  const devices = (await host.devices()).filter(({ dm }) => dm?.name.startsWith('cl-'));
  expect(devices).toHaveLength(3);
  expect(await host.inventory({ devices })).toEqual({ value: { pools: [], devices: [], lvm: null }, problems: [] });
  expect(await host.inventory({ devices: [] })).toMatchObject({ problems: [] });
  expect(host.started).toEqual([]);
});

describe('dmsetup', () => {
  test('may not be asked: what sysfs shows on the pools, and one problem of a kind', async () => {
    const problem = { status: 'unavailable', text: 'dmsetup needs root' } as const;
    host.answers['table docker-thinpool-tpool'] = problem;
    host.answers['table docker-253:2-8388736-pool'] = problem;
    host.answers['table thins'] = refused(NEEDS_ROOT);
    host.answers.lvs = { code: 5, stdout: '', stderr: `WARNING: Running as a non-root user.\n${NEEDS_ROOT}` };
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([
      { status: 'unavailable', text: 'low-water mark of 2 thin pools: dmsetup needs root' },
      { status: 'unavailable', text: 'thin devices: dmsetup needs root' },
      { status: 'unavailable', text: 'lvs needs root' },
    ]);
    expect(
      value.pools.map(({ name, lowWaterBlocks, dataCapacityBytes }) => [name, lowWaterBlocks, dataCapacityBytes]),
    ).toEqual([
      ['docker/thinpool', null, 4_294_967_296],
      ['docker-253:2-8388736-pool', null, 85_899_345_920],
    ]);
    expect(value.lvm).toBeNull();
    // LVM's own layer over its pool is none of them.
    expect(
      value.devices.map(({ name, poolDmName, deviceId, state }) => [name.length, poolDmName, deviceId, state]),
    ).toEqual([
      ...Array(3).fill([11, 'docker-thinpool-tpool', null, null]),
      ...Array(4).fill([85, 'docker-253:2-8388736-pool', null, null]),
    ]);
    expect(host.started).not.toContain('status thins');
  });

  test('is not installed', async () => {
    host.answers['table thins'] = { status: 'unavailable', text: 'no dmsetup at /usr/sbin/dmsetup' };
    host.answers['table docker-253:2-8388736-pool'] = {
      status: 'unavailable',
      text: 'no dmsetup at /usr/sbin/dmsetup',
    };
    const { problems } = await host.inventory();
    expect(problems).toEqual([
      { status: 'unavailable', text: 'low-water mark of a thin pool: no dmsetup at /usr/sbin/dmsetup' },
      { status: 'unavailable', text: 'thin devices: no dmsetup at /usr/sbin/dmsetup' },
    ]);
  });

  test('status hangs with a stalled metadata device: tables tell, LVM is not asked, and nothing is started twice', async () => {
    host.answers['status thins'] = HANGS;
    const first = await whileHanging();
    expect(first.problems).toEqual([{ status: 'failed', text: 'thin devices: dmsetup: no answer within 2 s' }]);
    expect(first.value.devices.find(({ name }) => name === 'docker/vol1')).toMatchObject({
      ...{ deviceId: 1, state: null, mappedBytes: null, virtualBytes: 4_294_967_296 },
    });
    expect(first.value.lvm).toBeNull();
    expect(host.started).not.toContain('lvs');
    host.started.length = 0;
    const second = await host.inventory();
    expect(second.problems).toEqual([{ status: 'failed', text: 'thin devices: dmsetup: an earlier call still hangs' }]);
    expect(host.started).not.toContain('status thins');
  });

  test('an answer that is cut off, and lines that are of no thin device', async () => {
    host.answers['status thins'] = 'docker-vol1: 0 8388608 thin 25';
    expect((await host.inventory()).problems).toEqual([
      { status: 'failed', text: 'thin devices: the answer is cut off' },
    ]);
    host.answers['status thins'] = 'docker-vol1: 0 8388608 thin x\n';
    host.answers['table thins'] = [
      'docker-vol1: 0 8388608 thin 253:10 1\n',
      'docker-vol2: 0 8388608 thin 253:10\n',
      'docker-vol3: 0 8388608 linear 253:10 0\n',
      '0 8388608 thin 253:10 3\n',
    ].join('');
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([
      { status: 'failed', text: 'thin devices: the status line has no mapped sectors (4 lines)' },
    ]);
    expect(value.devices.map(({ name, state }) => [name, state])).toEqual([['docker/vol1', null]]);
  });

  test('has more devices than lines that are read', async () => {
    host.answers['table thins'] = 'docker-vol1: 0 8388608 thin 253:10 1\n'.repeat(4_097);
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([{ status: 'failed', text: 'thin devices: the answer has more than 4096 lines' }]);
    expect(value.devices).toHaveLength(7);
  });

  test('says nothing to be understood of a pool', async () => {
    host.answers['table docker-thinpool-tpool'] = '0 8388608 thin-pool 253:8\n';
    host.answers['table docker-253:2-8388736-pool'] = '0 8388608 thin-pool';
    expect((await host.inventory()).problems).toEqual([
      {
        status: 'failed',
        text: 'low-water mark of a thin pool: the table line names no metadata and data device',
      },
      { status: 'failed', text: 'low-water mark of a thin pool: the answer is cut off' },
    ]);
  });
});

describe('what only looks like a pool', () => {
  beforeEach(() => {
    host.remove();
    host = dockerHost('A22-snap');
  });

  test('is one by its table, by any name', async () => {
    const { value } = await host.inventory();
    expect(value.pools.map(({ name, maker }) => [name, maker])).toEqual([['labpool', 'other']]);
    expect(value.devices.map(({ name, maker, deviceId, poolDmName }) => [name, maker, deviceId, poolDmName])).toEqual([
      ...[0, 1, 2].map((id) => [`thin${id}`, 'other', id, 'labpool']),
    ]);
  });

  test('is none by its table, or if it cannot be asked', async () => {
    for (const answer of ['0 524288 striped 2 128 7:0 0 7:1 0\n', { status: 'failed', text: 'x' } as const]) {
      host.answers['table labpool'] = answer;
      expect(await host.inventory()).toEqual({ value: { pools: [], devices: [], lvm: null }, problems: [] });
    }
  });
});

describe('LVM', () => {
  test('is not installed: told once', async () => {
    host.answers.lvs = { status: 'unavailable', text: 'no lvs at /usr/sbin/lvs' };
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([{ status: 'unavailable', text: 'no lvs at /usr/sbin/lvs' }]);
    expect(value.lvm).toBeNull();
    expect(host.started).not.toContain('vgs');
  });

  test('hangs: told, and no other of its programs is started', async () => {
    host.answers.vgs = HANGS;
    const { value, problems } = await whileHanging();
    expect(problems).toEqual([{ status: 'failed', text: 'vgs: no answer within 5 s' }]);
    expect(value.lvm).toMatchObject({ groups: [], autoextend: null });
    expect(value.lvm?.volumes).toHaveLength(6);
    expect(host.started).not.toContain('lvmconfig');
  });

  test('fails, and answers what is no report: what else it said is kept', async () => {
    host.answers.lvs = { code: 5, stdout: '', stderr: '\n  Volume group "x" not found\n' };
    host.answers.vgs = '{"report": [{"lv": []}]}';
    const { value, problems } = await host.inventory();
    expect(problems).toEqual([
      { status: 'failed', text: 'lvs: Volume group "x" not found' },
      { status: 'failed', text: 'vgs: the answer has no report' },
    ]);
    expect(value.lvm).toEqual({
      ...{ groups: [], pools: [], volumes: [] },
      autoextend: { thresholdPercent: 100, growPercent: 20 },
    });
    host.answers.lvmconfig = fixture('thin-pool/lvm/lvmconfig_autoextend_default.txt');
    const without = await host.inventory();
    expect(without.problems.at(-1)).toEqual({
      status: 'failed',
      text: 'lvmconfig: its answer has no autoextend setting',
    });
    expect(without.value.lvm).toBeNull();
  });
});

test('64 pools are read, and the others counted', async () => {
  for (let number = 100; number < 164; number += 1) {
    host.put(`sys/block/dm-${number}/dm/name`, `docker-9:9-${number}-pool\n`);
    host.answers[`table docker-9:9-${number}-pool`] = host.answers['table docker-253:2-8388736-pool'] ?? '';
  }
  const { value, problems } = await host.inventory();
  expect(value.pools).toHaveLength(64);
  expect(problems).toEqual([{ status: 'failed', text: '2 thin pools are more than are read' }]);
});
