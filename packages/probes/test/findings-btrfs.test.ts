import type { Inventory, StoreForecast } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BTRFS_RULES } from '../../domain/src/findings/btrfs-rules.ts';
import type { FindingPast } from '../../domain/src/findings/rule.ts';
import { findAll } from '../../domain/src/findings/rules.ts';
import { BTRFS_UUID } from './fake-host.ts';
import { kernel } from './faked-kernel.ts';
import { BTRFS, check, dindOf, inputOf, ruleOf, sampleOf, setReading, storeOf } from './findings-btrfs-look.ts';
import { sysfsCapture } from './fixture.ts';
import { IncidentHost, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { pastOf } from './past-of.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const sample = (n: 0 | 33 | 66 | 67) => sampleOf(host, n);
const dind = (step: 2 | 3 | 4, edit?: () => void) => dindOf(host, step, edit);

describe('btrfs-unallocated-low', () => {
  const id = 'btrfs-unallocated-low';

  test('the last sample before ENOSPC: 1 MiB is unallocated, and the data chunks are nearly empty', async () => {
    const { findings, cannotTell } = check(id, await sample(66));
    expect(cannotTell).toEqual([]);
    expect(findings).toEqual([
      { rule: id, subject: BTRFS, storeKey: BTRFS, severity: 'warning', evidence: ruleOf(id).example },
    ]);
  });

  test('the empty file system has room for chunks', async () => {
    expect(check(id, await sample(0))).toEqual({ findings: [], cannotTell: [] });
  });

  test('data chunks that are full cannot be packed: one field edited, data used = 95 % of them', async () => {
    const look = await sample(66);
    setReading(look.snapshot, 'dataUsedBytes', Math.ceil(0.95 * 2_653_945_856));
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('packing would not give back a chunk: one field edited, data used = 89 % of the data chunks', async () => {
    const look = await sample(66);
    setReading(look.snapshot, 'dataUsedBytes', Math.ceil(0.89 * 2_653_945_856));
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('without sysfs it cannot tell', async () => {
    const look = await sample(66);
    setReading(look.snapshot, 'unallocatedBytes', null);
    expect(check(id, look)).toEqual({
      findings: [],
      cannotTell: [{ rule: id, subject: BTRFS, missing: 'sysfs' }],
    });
  });

  test('counts a chunk once for each copy: one field edited, profile raid1c3', async () => {
    const look = await sample(66);
    const { btrfs } = storeOf(look);
    if (btrfs !== null) btrfs.profiles.data = ['raid1c3'];
    expect(only(check(id, look).findings).evidence).toMatchObject({ nextChunkBytes: 3 * 322_122_547 });
  });
});

describe('btrfs-metadata-headroom', () => {
  const id = 'btrfs-metadata-headroom';
  const forecast = (p50: number, alarm: boolean): FindingPast => {
    const daysLeft = { p10: p50 / 2, p50, p90: 2 * p50 };
    const clock = { clock: 'btrfsMetadata', stops: true, verdict: 'filling', alarm, daysLeft };
    return pastOf({ forecasts: new Map([[BTRFS, { clocks: [clock], earliest: null } as unknown as StoreForecast]]) });
  };

  test.each([66, 67] as const)('sample %d of the exhaustion, at 22 %% of df, is critical', async (n) => {
    const finding = only(check(id, await sample(n)).findings);
    expect(finding).toMatchObject({ subject: BTRFS, severity: 'critical' });
    if (n === 66) expect(finding.evidence).toEqual(ruleOf(id).example);
    else expect(finding.evidence).toMatchObject({ headroomBytes: expect.closeTo(4.2 * 1024 ** 2, -5) });
  });

  test('2 MiB left are critical at 94 % too: two fields edited, as incidents-btrfs-space-real has them at ENOSPC', async () => {
    const look = await sample(33);
    setReading(look.snapshot, 'metadataCommittedBytes', 31_997_952);
    setReading(look.snapshot, 'metadataCapacityBytes', 34_078_720);
    expect(check(id, look).findings).toMatchObject([{ severity: 'critical', evidence: { headroomBytes: 2_080_768 } }]);
    setReading(look.snapshot, 'metadataCapacityBytes', 31_997_952 + 5 * 1024 ** 2);
    expect(check(id, look).findings).toMatchObject([{ severity: 'warning' }]);
  });

  test('250 MiB after a clean-up are enough, as long as no date is near', async () => {
    const look = await sample(33);
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
    expect(check(id, look, forecast(30, false)).findings).toEqual([]);
    expect(check(id, look, forecast(5, true)).findings).toMatchObject([
      { severity: 'warning', evidence: { daysLeft: { p50: 5 } } },
    ]);
    expect(check(id, look, forecast(1.5, true)).findings).toMatchObject([{ severity: 'critical' }]);
  });

  test('without sysfs it cannot tell', async () => {
    const look = await sample(66);
    setReading(look.snapshot, 'metadataCommittedBytes', null);
    expect(check(id, look)).toMatchObject({ findings: [], cannotTell: [{ subject: BTRFS, missing: 'sysfs' }] });
  });

  test('snapshots come before balances, these rise from 0 %, and a disk is the last resort', () => {
    const commands = ruleOf(id)
      .remedy(ruleOf(id).example)
      .flatMap(({ command }) => command ?? []);
    const balances = [0, 5, 10, 20, 40, 60, 80].map((percent) => `usage=${percent} `);
    const places = ['list -s', 'subvolume sync', ...balances, 'add', 'remove'].map((words) =>
      commands.findIndex((command) => `${command} `.includes(words)),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(commands.filter((command) => / -m/.test(command))).toEqual([]);
  });
});

describe('btrfs-device-errors', () => {
  const id = 'btrfs-device-errors';
  const yesterday = (value: number | null) => pastOf({ valueADayAgo: () => value });
  /** One line edited: `corruption_errs 3`. */
  const putErrors = () => {
    const [path, text] = ['devinfo/1/error_stats', sysfsCapture('btrfs/sysfs.json').get('devinfo/1/error_stats') ?? ''];
    host.blocks.put(`sys/fs/btrfs/${BTRFS_UUID}/${path}`, text.replace('corruption_errs 0', 'corruption_errs 3'));
  };

  test('counts that rose since yesterday, on a file system of one device, are critical', async () => {
    expect(check(id, await dind(3, putErrors), yesterday(0))).toEqual({
      findings: [{ rule: id, subject: BTRFS, storeKey: BTRFS, severity: 'critical', evidence: ruleOf(id).example }],
      cannotTell: [],
    });
  });

  test('with a copy on another device they are a warning: profiles edited to raid1', async () => {
    const look = await dind(3, putErrors);
    const { btrfs } = storeOf(look);
    if (btrfs !== null) btrfs.profiles = { data: ['raid1'], metadata: ['raid1'], system: ['raid1'] };
    expect(check(id, look, yesterday(1)).findings).toMatchObject([
      { severity: 'warning', evidence: { newErrorCount: 2, isRedundant: true } },
    ]);
  });

  test('set to zero since yesterday, all of them are new', async () => {
    expect(check(id, await dind(3, putErrors), yesterday(9)).findings).toMatchObject([
      { evidence: { newErrorCount: 3 } },
    ]);
  });

  test('old errors that did not rise, and none at all, are silent', async () => {
    expect(check(id, await dind(3, putErrors), yesterday(3))).toEqual({ findings: [], cannotTell: [] });
    host.remove();
    host = new IncidentHost();
    expect(check(id, await dind(3))).toEqual({ findings: [], cannotTell: [] });
  });

  test('at a single look they are shown, and whether they rise cannot be told', async () => {
    const look = await dind(3, putErrors);
    expect(check(id, look)).toMatchObject({
      findings: [{ severity: 'notice', evidence: { errorCount: 3, newErrorCount: null } }],
      cannotTell: [{ subject: BTRFS, missing: 'history' }],
    });
    expect(check(id, look, yesterday(null)).cannotTell).toMatchObject([{ missing: 'second-look' }]);
  });

  test('a kernel that does not show them: it cannot tell', async () => {
    const look = await dind(3);
    setReading(look.snapshot, 'deviceErrors', null);
    expect(check(id, look)).toMatchObject({ findings: [], cannotTell: [{ subject: BTRFS, missing: 'sysfs' }] });
  });
});

describe('btrfs-unattributed-growth', () => {
  const id = 'btrfs-unattributed-growth';
  const MIB = 1024 ** 2;
  const growing = (bytes: number | null) => pastOf({ growthPerDay: () => bytes });
  /** One field put in: what items leave. In the capture the data root was not read, so that nobody knows. */
  const withRest = async () => {
    const look = await sample(66);
    look.snapshot.layout.entries.push({ storeKey: BTRFS, series: 'unattributedBytes' });
    look.snapshot.readings.push(100 * MIB);
    return look;
  };

  test('50 MiB a day that nothing explains on 3 GiB: it is to be looked at, and soon once it fills within 30 days', async () => {
    const look = await withRest();
    expect(check(id, look, growing(50 * MIB)).findings).toEqual([
      { rule: id, subject: BTRFS, storeKey: BTRFS, severity: 'notice', evidence: ruleOf(id).example },
    ]);
    expect(check(id, look, growing(100 * MIB)).findings).toMatchObject([{ severity: 'warning' }]);
  });

  test('less than 1 % a week, no growth, and shrinking are silent', async () => {
    const look = await withRest();
    for (const bytes of [4 * MIB, 0, -50 * MIB]) {
      expect(check(id, look, growing(bytes))).toEqual({ findings: [], cannotTell: [] });
    }
  });

  test('without a past, or while items were not read, it cannot tell', async () => {
    const look = await withRest();
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [{ rule: id, subject: null, missing: 'history' }] });
    expect(check(id, look, growing(null)).cannotTell).toMatchObject([{ subject: BTRFS, missing: 'history' }]);
    setReading(look.snapshot, 'unattributedBytes', null);
    expect(check(id, look, growing(50 * MIB))).toMatchObject({ findings: [], cannotTell: [{ subject: BTRFS }] });
  });
});

describe('all of them', () => {
  /** Every value that may be null is. */
  function blank(inventory: Inventory): Inventory {
    const nulls = <One extends object>(one: One, kept: readonly string[]): One =>
      Object.fromEntries(Object.entries(one).map(([name, value]) => [name, kept.includes(name) ? value : null])) as One;
    return {
      ...inventory,
      btrfs: inventory.btrfs?.map((one) => nulls(one, ['uuid', 'storeKey'])) ?? null,
      docker: {
        daemons: inventory.docker?.daemons.map((one) => nulls(one, ['key', 'state', 'nestedInContainerId'])) ?? [],
        containerds: [],
      },
      dataRoots: inventory.dataRoots.map((one) => ({
        ...one,
        layers: nulls(one.layers, ['driver', 'hasAllRecords']),
      })),
    };
  }

  test('given nothing that was read, none fires and none throws', async () => {
    const look = await dind(4);
    const snapshot = { ...look.snapshot, readings: look.snapshot.readings.map(() => null) };
    snapshot.layout = {
      ...snapshot.layout,
      stores: snapshot.layout.stores.map((one) => ({ ...one, device: null, uuid: null, options: [], btrfs: null })),
    };
    for (const inventory of [null, blank(look.inventory)]) {
      for (const past of [null, pastOf()]) {
        const { findings, cannotTell } = findAll({ ...inputOf(look, past), snapshot, inventory }, BTRFS_RULES);
        expect(findings).toEqual([]);
        expect(new Set(cannotTell.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(BTRFS_RULES.length - 2);
      }
    }
  });

  test('a host without btrfs has nothing to tell', async () => {
    await hosts.putThinStep(host, 'B15-fill');
    const look = await host.look();
    expect(findAll(inputOf(look, pastOf()), BTRFS_RULES)).toEqual({ findings: [], cannotTell: [] });
  });
});
