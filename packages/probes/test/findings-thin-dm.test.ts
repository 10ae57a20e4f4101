import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kernel } from './faked-kernel.ts';
import {
  ask,
  DOCKER_STORE,
  edited,
  expectExample,
  expectNone,
  expectUntold,
  lookAtDocker,
  lookAtLvm,
  lookWithoutRights,
  putReading,
  ruleOf,
} from './findings-thin-look.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

describe('dm-loop-lvm', () => {
  test('fires on a pool on loop files', async () => {
    expectExample('dm-loop-lvm', await lookAtDocker(host, 'B02-three-running'), null, DOCKER_STORE);
  });
  test("LVM's pool on disks is none, and Docker's beside it is one", async () => {
    const look = await lookAtLvm(host);
    expectNone('dm-loop-lvm', look);
    expect(ask('dm-loop-lvm', look).findings.map(({ storeKey }) => storeKey)).toEqual([
      'thin-pool:docker-253:2-8388736-pool',
    ]);
  });
  test('cannot tell without the table', async () => {
    expectUntold('dm-loop-lvm', await lookWithoutRights(host), 'administrator');
  });
});

describe('dm-backing-fs', () => {
  /** Figures of incident/backing_fs_full: the file, what holds it, and the pool's 4 GiB. */
  const put = (copy: Look, allocated: number, available: number): void => {
    putReading(copy, DOCKER_STORE, 'poolDataCapacityBytes', 4_294_967_296);
    putReading(copy, DOCKER_STORE, 'backingAllocatedBytes', allocated);
    putReading(copy, DOCKER_STORE, 'backingCapacityBytes', Math.min(4_294_967_296, allocated + available));
  };
  test('fires before the file system beneath is full (readings of row 10)', async () => {
    const look = edited(await lookAtDocker(host, 'B02-three-running'), (copy) => put(copy, 357_716_992, 19_602_432));
    expect(expectExample('dm-backing-fs', look, null, DOCKER_STORE).severity).toBe('critical');
  });
  test('with room for all that the file can claim it is silent (edit: 4 GiB available)', async () => {
    const look = edited(await lookAtDocker(host, 'B02-three-running'), (copy) => put(copy, 357_716_992, 4_294_967_296));
    expectNone('dm-backing-fs', look, null, DOCKER_STORE);
  });
  test('cannot tell what a tmpfs beneath still gives: captured', async () => {
    expectUntold('dm-backing-fs', await lookAtDocker(host, 'B02-three-running'), 'data-root');
  });
});

describe('dm-no-discard', () => {
  const row = (src: string, allocated: number) => async (): Promise<Look> =>
    edited(await lookAtDocker(host, 'B02-three-running', src), (copy) =>
      putReading(copy, DOCKER_STORE, 'backingAllocatedBytes', allocated),
    );
  test('fires where nothing is passed down (the file of row 46)', async () => {
    const look = await row('incident/container_full.jsonl#46', 222_691_328)();
    expectExample('dm-no-discard', look, null, DOCKER_STORE);
  });
  test('fires where discards are ignored, and where the file keeps far more than the pool uses', async () => {
    const ignored = await row('incident/container_full.jsonl#42', 222_691_328)();
    expect(only(ask('dm-no-discard', ignored).findings)).toMatchObject({
      severity: 'warning',
      evidence: { discard: 'ignored' },
    });
    host.remove();
    host = new IncidentHost();
    // Edit: the file of row 46 under the words of row 49.
    const kept = await row('incident/container_full.jsonl#49', 222_691_328)();
    expect(only(ask('dm-no-discard', kept).findings).evidence).toMatchObject({ discard: 'not-done' });
  });
  test('with discards passed down the file is as large as what is used: captured, row 49', async () => {
    const look = await row('incident/container_full.jsonl#49', 12_976_128)();
    expectNone('dm-no-discard', look, null, DOCKER_STORE);
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('dm-no-discard', await lookWithoutRights(host), 'administrator');
  });
});

describe('dm-container-full', () => {
  const D1 = 'cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e';
  /** The file system of d1 with the figures of a row of incident/container_full. */
  async function lookAtD1(used: number, available: number, inodes?: { used: number; capacity: number }): Promise<Look> {
    return edited(await lookAtDocker(host, 'B02-three-running'), ({ inventory }) => {
      const space = only(inventory.layerSpaces?.filter(({ mountId }) => mountId === D1));
      Object.assign(space, { usedBytes: used, capacityBytes: used + available, ...(inodes && { inodes }) });
    });
  }
  test('fires on the ext4 of row 27, and leads to its own device by its own name alone', async () => {
    const look = await lookAtD1(512_720_896, 0);
    const { evidence, severity, subject } = expectExample('dm-container-full', look, null, DOCKER_STORE);
    expect([severity, subject.slice(0, 4)]).toEqual(['critical', 'd21d']);
    const text = ruleOf('dm-container-full')
      .remedy(evidence)
      .map(({ command }) => command ?? '')
      .join('\n');
    const own = `docker-0:33-25-${D1}`;
    expect(text).toContain(`dmsetup create --table '0 409600 thin /dev/mapper/docker-0:33-25-pool 4' ${own}`);
    expect(text).toContain(`dmsetup remove ${own}`);
    expect([...new Set(text.match(/docker-0:33-25-[0-9a-f]{64}/g))]).toEqual([own]);
    expect(text.indexOf('umount ')).toBeLessThan(text.indexOf('dmsetup remove'));
  });
  test('fires on the XFS of row 16, which fails with some room left, and on the inodes of row 41', async () => {
    expect(only(ask('dm-container-full', await lookAtD1(1_006_325_760, 307_200)).findings).severity).toBe('critical');
    host.remove();
    host = new IncidentHost();
    const { findings } = ask('dm-container-full', await lookAtD1(22_528, 257_770_496, { used: 256, capacity: 256 }));
    expect(only(findings).evidence).toMatchObject({ isOutOfInodes: true });
  });
  test('as captured with three containers, each is nearly empty', async () => {
    expectNone('dm-container-full', await lookAtDocker(host, 'B02-three-running'), null, DOCKER_STORE);
  });
  test('while the pool itself is full, that is what is told', async () => {
    expectNone('dm-container-full', await lookAtDocker(host, 'B15-fill'), null, DOCKER_STORE);
  });
  test("cannot tell without dockerd's mount namespace", async () => {
    const look = await lookAtD1(512_720_896, 0);
    expectUntold('dm-container-full', { ...look, inventory: { ...look.inventory, layerSpaces: null } }, 'processes');
  });
});

describe('dm-dead-containers', () => {
  const lookAtDead = async (): Promise<Look> =>
    edited(await lookAtDocker(host, 'B02-three-running'), ({ inventory }) => {
      const containers = inventory.docker?.daemons.flatMap((daemon) => daemon.containers ?? []) ?? [];
      only(containers.filter(({ names }) => names[0] === 'd1')).state = 'dead';
    });
  test('fires on a container that is dead (edit of its state; Engine API, ContainerState)', async () => {
    const found = only(ask('dm-dead-containers', await lookAtDead()).findings);
    expect(found.evidence).toEqual(ruleOf('dm-dead-containers').example);
  });
  test('names who holds it, and has that one let go before the removal', async () => {
    const look = edited(await lookAtDead(), ({ inventory }) => {
      const container = only(
        inventory.docker?.daemons.flatMap((one) => one.containers ?? []).filter(({ state }) => state === 'dead'),
      );
      const owner = { unit: 'my app.service', containerId: null, podUid: null };
      const places = [
        {
          ...{ namespace: '1', isHost: false, mountPoint: '/x y', device: '254:1', reachedByUnmount: false },
          ...{ holders: [{ pid: 7, name: 'app', owner }], holderCount: 1 },
        },
      ];
      inventory.leaks = [
        {
          ...{ kind: 'devicemapper', mountId: 'm', upperDir: null, containerId: container.id },
          ...{ reason: 'container not running', reachedByUnmount: false, places },
        },
      ];
    });
    const { evidence } = only(ask('dm-dead-containers', look).findings);
    const steps = ruleOf('dm-dead-containers').remedy(evidence);
    const release = steps.findIndex(({ command }) => command === "systemctl restart 'my app.service'");
    expect(release).toBeGreaterThan(0);
    expect(steps.findIndex(({ isDestructive }) => isDestructive)).toBeGreaterThan(release);
  });
  test('running containers alone are none', async () => {
    expect(ask('dm-dead-containers', await lookAtDocker(host, 'B02-three-running'))).toEqual({
      findings: [],
      cannotTell: [],
    });
  });
  test('cannot tell without the socket', async () => {
    const look = edited(await lookAtDocker(host, 'B02-three-running'), ({ inventory }) => {
      for (const daemon of inventory.docker?.daemons ?? []) daemon.containers = null;
    });
    expectUntold('dm-dead-containers', look, 'docker-socket');
  });
});
