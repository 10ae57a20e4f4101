import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kernel } from './faked-kernel.ts';
import {
  ask,
  DOCKER_STORE,
  edited,
  expectExample,
  expectNone,
  expectUntold,
  LVM_STORE,
  lineOf,
  lookAtDocker,
  lookAtLvm,
  lookWithoutRights,
  MIB,
  ruleOf,
  thinPastOf,
} from './findings-thin-look.ts';
import { fixture } from './fixture.ts';
import { IncidentHost, only } from './incident-host.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

describe('thin-data', () => {
  test('fires at 98 % of a pool that LVM does not enlarge', async () => {
    expect(expectExample('thin-data', await lookAtLvm(host, 'fill/lvm_data_fill.jsonl#39')).severity).toBe('critical');
  });
  test('a pool at 11 % is left alone, unless its date is near', async () => {
    const look = await lookAtLvm(host);
    expectNone('thin-data', look);
    const { findings } = ask('thin-data', look, thinPastOf({ daysLeft: { poolData: 5 } }));
    expect(findings.find(({ storeKey }) => storeKey === LVM_STORE)?.severity).toBe('warning');
  });
  test('a full one is told by another rule', async () => {
    expectNone('thin-data', await lookAtDocker(host, 'B15-fill'), null, DOCKER_STORE);
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-data', await lookWithoutRights(host), 'administrator');
  });
});

describe('thin-metadata', () => {
  test('fires where LVM refuses new volumes: 76 % of a small one', async () => {
    expect(expectExample('thin-metadata', await lookAtLvm(host, 'fill/lvm_meta_fill.jsonl#30')).severity).toBe(
      'warning',
    );
  });
  test('a pool at 13 % is left alone', async () => {
    expectNone('thin-metadata', await lookAtLvm(host));
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-metadata', await lookWithoutRights(host), 'administrator');
  });
});

describe('thin-metadata-first', () => {
  const growth = { poolMetadataUsedBytes: MIB, poolDataUsedBytes: 100 * MIB };
  test('fires where the metadata ends before the data at the rates of the last week', async () => {
    const found = expectExample('thin-metadata-first', await lookAtLvm(host), thinPastOf({ growth }));
    expect(found.severity).toBe('warning');
  });
  test('with ten times the growth of data the data ends first', async () => {
    expectNone(
      'thin-metadata-first',
      await lookAtLvm(host),
      thinPastOf({ growth: { ...growth, poolDataUsedBytes: 1000 * MIB } }),
    );
  });
  test('cannot tell without days of history', async () => {
    const look = await lookAtLvm(host);
    expectUntold('thin-metadata-first', look, 'history');
    expectUntold('thin-metadata-first', look, 'history', thinPastOf());
  });
});

describe('thin-out-of-space', () => {
  test('fires when the 60 s ran out', async () => {
    const look = await lookAtDocker(host, 'B15-fill');
    expect(expectExample('thin-out-of-space', look, null, DOCKER_STORE).severity).toBe('critical');
  });
  test.each([
    ['fill/lvm_data_fill.jsonl#42', 'queueing'],
    ['fill/data_fill_error.jsonl#42', 'erroring'],
  ])('tells what becomes of writes: %s', async (src, writes) => {
    const { findings } = ask('thin-out-of-space', await lookAtLvm(host, src));
    expect(only(findings).evidence).toMatchObject({ writes });
  });
  test('one block before the end it is silent', async () => {
    expectNone('thin-out-of-space', await lookAtLvm(host, 'fill/lvm_data_fill.jsonl#50'));
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-out-of-space', await lookWithoutRights(host), 'administrator');
  });
});

describe('thin-read-only', () => {
  test('fires when the metadata is full', async () => {
    expect(expectExample('thin-read-only', await lookAtLvm(host, 'fill/lvm_meta_fill.jsonl#43')).severity).toBe(
      'critical',
    );
  });
  test('read-only as its table asks is no fault (edit: the word of the table)', async () => {
    const look = await lookAtLvm(host, 'fill/lvm_meta_fill.jsonl#43', (own) => {
      const { table } = lineOf('fill/lvm_meta_fill.jsonl#43');
      own.commands.set(
        'dmsetup table docker-thinpool-tpool',
        `${table?.trim().replace(' 1 skip', ' 2 read_only skip')} \n`,
      );
    });
    expectNone('thin-read-only', look);
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-read-only', await lookWithoutRights(host), 'administrator');
  });
});

describe('thin-needs-check', () => {
  const BACKING_FULL = 'incident/backing_fs_full.jsonl#11';
  test('fires on the flag, and repairs a copy of the file of the metadata', async () => {
    const look = await lookAtDocker(host, 'B02-three-running', BACKING_FULL);
    const { evidence } = expectExample('thin-needs-check', look, null, DOCKER_STORE);
    const lines = ruleOf('thin-needs-check')
      .remedy(evidence)
      .map(({ command }) => command ?? '');
    const repair = lines.findIndex((line) => line.startsWith('thin_repair'));
    expect(lines.indexOf('systemctl stop docker.service')).toBeLessThan(repair);
    expect(lines.findIndex((line) => line.startsWith('mv '))).toBeGreaterThan(repair);
  });
  test("of LVM's pool LVM does the repair", async () => {
    const { findings } = ask('thin-needs-check', await lookAtLvm(host, 'states/needs_check_and_fail.jsonl#1'));
    const lines = ruleOf('thin-needs-check')
      .remedy(only(findings).evidence)
      .map(({ command }) => command);
    expect(lines).toContain('lvconvert --repair docker/thinpool');
  });
  test('full metadata alone is none', async () => {
    expectNone('thin-needs-check', await lookAtLvm(host, 'fill/lvm_meta_fill.jsonl#43'));
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-needs-check', await lookWithoutRights(host), 'administrator');
  });
});

describe('thin-failed', () => {
  test('fires on Fail', async () => {
    const look = await lookAtDocker(host, 'B02-three-running', 'states/needs_check_and_fail.jsonl#6');
    expect(expectExample('thin-failed', look, null, DOCKER_STORE).severity).toBe('critical');
  });
  test('a pool that needs a check is not dead', async () => {
    expectNone('thin-failed', await lookAtLvm(host, 'states/needs_check_and_fail.jsonl#1'));
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-failed', await lookWithoutRights(host), 'administrator');
  });
});

describe('thin-lost', () => {
  const RECREATED = 'states/pool_recreated.jsonl#1';
  // Of row 0.
  const before = { poolDataUsedBytes: 800 * 65_536 };
  test('fires when the pool is empty and was not a day ago', async () => {
    const look = await lookAtDocker(host, 'B02-three-running', RECREATED);
    expectExample('thin-lost', look, thinPastOf({ before }), DOCKER_STORE);
  });
  test('a pool that was as empty a day ago is new', async () => {
    const look = await lookAtDocker(host, 'B02-three-running', RECREATED);
    expectNone('thin-lost', look, thinPastOf({ before: { poolDataUsedBytes: 0 } }), DOCKER_STORE);
  });
  test('a pool that shrank and has blocks is in use', async () => {
    expectNone('thin-lost', await lookAtDocker(host, 'B02-three-running'), thinPastOf({ before }), DOCKER_STORE);
  });
  test('cannot tell without what was there a day ago', async () => {
    const look = await lookAtDocker(host, 'B02-three-running', RECREATED);
    expectUntold('thin-lost', look, 'history');
    expectUntold('thin-lost', look, 'history', thinPastOf());
  });
});

describe('thin-no-autoextend', () => {
  test("fires on LVM's default", async () => {
    expectExample('thin-no-autoextend', await lookAtLvm(host));
  });
  test('a threshold of 70 in force is well', async () => {
    expectNone('thin-no-autoextend', await lookAtLvm(host, 'lvm/autoextend.jsonl#25', putGrownSize));
  });
  test("Docker's pool, which nothing enlarges, is not asked", async () => {
    expect(ask('thin-no-autoextend', await lookAtDocker(host, 'B02-three-running'))).toEqual({
      findings: [],
      cannotTell: [],
    });
  });
  test('cannot tell without the table', async () => {
    const look = await lookAtLvm(host, undefined, (own) => own.commands.delete('dmsetup table docker-thinpool-tpool'));
    expectUntold('thin-no-autoextend', look, 'administrator');
  });
});

/** The size in sysfs that goes with the lines of autoextend, rows 22 to 36. */
function putGrownSize(own: IncidentHost): void {
  own.blocks.put('sys/block/dm-10/size', '3031040\n');
}
/** Edit of vgs.json: what the group has free. */
const putGroupFree = (own: IncidentHost, bytes: number): void => {
  own.commands.set('vgs', fixture('thin-pool/lvm/vgs.json').replaceAll('8564768768', String(bytes)));
};

describe('thin-autoextend-hollow', () => {
  const FILLED = 'lvm/autoextend.jsonl#36';
  test('fires where the group has less than the next step (edit of vgs.json: 128 MiB free)', async () => {
    const look = await lookAtLvm(host, FILLED, (own) => {
      putGrownSize(own);
      putGroupFree(own, 128 * MIB);
    });
    expect(expectExample('thin-autoextend-hollow', look).severity).toBe('critical');
    // Nothing enlarges it, so that its fill counts.
    expect(ask('thin-data', look).findings.map(({ severity }) => severity)).toContain('critical');
  });
  test('with room for the step it is a promise that can be kept', async () => {
    expectNone('thin-autoextend-hollow', await lookAtLvm(host, FILLED, putGrownSize));
  });
  test('where nothing was promised it is silent', async () => {
    expectNone('thin-autoextend-hollow', await lookAtLvm(host, undefined, (own) => putGroupFree(own, 0)));
  });
  test('cannot tell without LVM', async () => {
    const look = await lookAtLvm(host, FILLED, (own) => {
      putGrownSize(own);
      own.commands.delete('vgs');
    });
    expectUntold('thin-autoextend-hollow', look, 'lvm');
  });
});

describe('thin-overcommit', () => {
  test('fires on a pool that promised twice what it has, with its date near', async () => {
    const look = await lookAtDocker(host, 'B02-three-running');
    const found = expectExample('thin-overcommit', look, thinPastOf({ daysLeft: { poolData: 5 } }), DOCKER_STORE);
    expect(found.severity).toBe('warning');
  });
  test('with a date far away it is how the pool was meant', async () => {
    const look = await lookAtDocker(host, 'B02-three-running');
    expectNone('thin-overcommit', look, thinPastOf({ daysLeft: { poolData: 200 } }), DOCKER_STORE);
  });
  test('cannot tell without a date, nor without the devices', async () => {
    const look = await lookAtDocker(host, 'B02-three-running');
    expectUntold('thin-overcommit', look, 'history');
    expectUntold('thin-overcommit', { ...look, inventory: { ...look.inventory, thin: null } }, 'administrator');
  });
});

/** Of lvm/df.txt; mountinfo was not captured there, so that its row is made of it. */
const putVolume = (own: IncidentHost, type: string): void => {
  own.putMounts(
    `27 1 254:0 / / rw - tmpfs t rw\n30 27 253:12 / /mnt/lv1 rw,relatime - ${type} /dev/mapper/docker-vol1 rw\n`,
  );
  const blocks = 4_227_858_432n / 4_096n;
  const free = 4_101_357_568n / 4_096n;
  own.spaces.set('/mnt/lv1', {
    bsize: 4_096n,
    blocks,
    bfree: free,
    bavail: free,
    files: 2_097_152n,
    ffree: 2_097_134n,
  });
};

describe('thin-queue-hang', () => {
  test('fires where XFS lies on a pool that queues and cannot grow', async () => {
    expectExample('thin-queue-hang', await lookAtLvm(host, undefined, (own) => putVolume(own, 'xfs')));
  });
  test('ext4 gives up (edit of the type)', async () => {
    expectNone('thin-queue-hang', await lookAtLvm(host, undefined, (own) => putVolume(own, 'ext4')));
  });
  test('a pool that errors at once hangs nobody', async () => {
    const look = await lookAtLvm(host, 'fill/lvm_data_fill.jsonl#50', (own) => putVolume(own, 'xfs'));
    expectNone('thin-queue-hang', look);
  });
  test('cannot tell what lies on it without sysfs', async () => {
    const look = await lookAtLvm(host, undefined, (own) => putVolume(own, 'xfs'));
    expectUntold('thin-queue-hang', { ...look, inventory: { ...look.inventory, devices: null } }, 'sysfs');
  });
});

describe('thin-stuck-status', () => {
  test('fires on a pool that does not answer (edit of the state, as read.ts gives it; perm/hang_matrix)', async () => {
    const look = edited(await lookAtLvm(host), ({ snapshot }) => {
      for (const { key, thinPool } of snapshot.layout.stores) {
        if (key === LVM_STORE && thinPool !== null) Object.assign(thinPool, { state: 'stalled', words: null });
      }
    });
    const { evidence } = expectExample('thin-stuck-status', look);
    const early = ruleOf('thin-stuck-status').remedy(evidence).slice(0, -1);
    // None of the first lines would hang.
    for (const { command } of early) expect(command ?? '').not.toMatch(/^(lvs|vgs|pvs|dmsetup status)/);
  });
  test('a pool that answers is none', async () => {
    expectNone('thin-stuck-status', await lookAtLvm(host));
  });
  test('cannot tell without the right to ask the device mapper', async () => {
    expectUntold('thin-stuck-status', await lookWithoutRights(host), 'administrator');
  });
});
