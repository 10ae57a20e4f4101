import type { StoreForecast } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FindingPast, Severity } from '../../domain/src/findings/rule.ts';
import { findAll, RULES } from '../../domain/src/findings/rules.ts';
import { BTRFS_UUID } from './fake-host.ts';
import { kernel } from './faked-kernel.ts';
import { BTRFS, sampleOf } from './findings-btrfs-look.ts';
import { ruleOf } from './findings-checks.ts';
import { DOCKER_STORE, edited, LVM_STORE, lookAtDocker, lookAtLvm, putReading } from './findings-thin-look.ts';
import { sysfsCapture } from './fixture.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { pastOf, standingOf } from './past-of.ts';

/** What stands ends only when it is better than the threshold where it began, and is not forgotten meanwhile. */

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const GIB = 1024 ** 3;
const INNER = 'mount:/srv/lab/mnt/pseudo';

function ask(id: string, { snapshot, inventory }: Look, past: FindingPast | null) {
  const now = Date.parse('2026-11-21T12:00:00Z');
  return findAll({ now, facts: null, snapshot, inventory, past }, [ruleOf(RULES, id)]);
}
/** Severities of a rule about one store. */
const told = (id: string, look: Look, past: FindingPast | null, storeKey: string): Severity[] =>
  ask(id, look, past).findings.flatMap((one) => (one.storeKey === storeKey ? [one.severity] : []));
const stands = (id: string, severity: Severity, evidence = {}): FindingPast =>
  pastOf({ standing: standingOf(id, { severity, evidence }) });

function dated(storeKey: string, clock: string, p50: number | null, standing: FindingPast['standing']): FindingPast {
  const daysLeft = p50 === null ? null : { p10: p50, p50, p90: p50 };
  const verdict = p50 === null ? 'steady' : 'filling';
  const clocks = [{ clock, stops: true, alarm: p50 !== null, verdict, daysLeft, slopePerDay: null }];
  const forecast = { clocks, earliest: null } as unknown as StoreForecast;
  return pastOf({ forecasts: new Map([[storeKey, forecast]]), standing });
}

/** The capture has no count of inodes: a pair of readings is put in. */
async function loopLook(): Promise<Look> {
  hosts.putLoopSample(host, 0);
  const look = await host.look();
  for (const series of ['usedInodes', 'capacityInodes'] as const) {
    if (look.snapshot.layout.entries.some((one) => one.storeKey === INNER && one.series === series)) continue;
    look.snapshot.layout.entries.push({ storeKey: INNER, series });
    look.snapshot.readings.push(series === 'usedInodes' ? 10 : 65_536);
  }
  return look;
}

describe('a fill that wavers about its threshold is one finding', () => {
  const LOOP = { look: loopLook, storeKey: INNER };
  const LVM = { look: () => lookAtLvm(host), storeKey: LVM_STORE };
  const SAMPLE = { look: () => sampleOf(host, 66), storeKey: BTRFS };
  // Readings are edited: of a capacity of 100 GiB, with which no other threshold is near.
  test.each([
    { id: 'fs-full', ...LOOP, used: 'usedBytes', capacity: 'capacityBytes', share: 0.85, severity: 'warning' },
    { id: 'fs-full', ...LOOP, used: 'usedBytes', capacity: 'capacityBytes', share: 0.95, severity: 'critical' },
    { id: 'inodes-low', ...LOOP, used: 'usedInodes', capacity: 'capacityInodes', share: 0.85, severity: 'warning' },
    { id: 'inodes-low', ...LOOP, used: 'usedInodes', capacity: 'capacityInodes', share: 0.95, severity: 'critical' },
    {
      id: 'thin-data',
      ...LVM,
      used: 'poolDataUsedBytes',
      capacity: 'poolDataCapacityBytes',
      share: 0.8,
      severity: 'notice',
    },
    {
      id: 'thin-data',
      ...LVM,
      used: 'poolDataUsedBytes',
      capacity: 'poolDataCapacityBytes',
      share: 0.9,
      severity: 'warning',
    },
    {
      id: 'thin-data',
      ...LVM,
      used: 'poolDataUsedBytes',
      capacity: 'poolDataCapacityBytes',
      share: 0.95,
      severity: 'critical',
    },
    {
      id: 'thin-metadata',
      ...LVM,
      used: 'poolMetadataUsedBytes',
      capacity: 'poolMetadataCapacityBytes',
      share: 0.8,
      severity: 'notice',
    },
    {
      id: 'btrfs-metadata-headroom',
      ...SAMPLE,
      used: 'metadataCommittedBytes',
      capacity: 'metadataCapacityBytes',
      share: 0.85,
      severity: 'warning',
    },
    {
      id: 'btrfs-metadata-headroom',
      ...SAMPLE,
      used: 'metadataCommittedBytes',
      capacity: 'metadataCapacityBytes',
      share: 0.95,
      severity: 'critical',
    },
  ] as const)('$id at $share', async ({ id, look, storeKey, used, capacity, share, severity }) => {
    const seen = await look();
    const capacityBytes = 100 * GIB;
    const at = (fill: number, past: FindingPast | null): Severity[] => {
      const copy = edited(seen, (one) => {
        putReading(one, storeKey, capacity, capacityBytes);
        putReading(one, storeKey, used, Math.ceil(fill * capacityBytes));
      });
      return told(id, copy, past, storeKey);
    };
    const standing = stands(id, severity);
    expect(at(share, null)).toEqual([severity]);
    expect(at(share - 0.01, null)).not.toEqual([severity]);
    expect(at(share - 0.019, standing)).toEqual([severity]);
    expect(at(share - 0.021, standing)).not.toEqual([severity]);
    // What is milder already is not held at the worse one.
    if (severity === 'critical') expect(at(share - 0.01, stands(id, 'warning'))).toEqual(['warning']);
  });

  test('no room for a chunk: until there is room for one and a margin, though data has filled the chunks', async () => {
    const [id, look] = ['btrfs-unallocated-low', await sampleOf(host, 66)];
    // 2 % of 3,221,225,472 B = 64,424,509 B beyond the 322,122,547 B of the next chunk.
    const at = (unallocated: number, past: FindingPast | null, dataUsed = 155_652_096) =>
      told(
        id,
        edited(look, (copy) => {
          putReading(copy, BTRFS, 'unallocatedBytes', unallocated);
          putReading(copy, BTRFS, 'dataUsedBytes', dataUsed);
        }),
        past,
        BTRFS,
      );
    const standing = stands(id, 'warning');
    expect([at(322_122_546, null), at(322_122_547, null)]).toEqual([['warning'], []]);
    expect([at(386_547_055, standing), at(386_547_057, standing)]).toEqual([['warning'], []]);
    expect([at(1_048_576, null, 2_653_945_856), at(1_048_576, standing, 2_653_945_856)]).toEqual([[], ['warning']]);
  });
});

describe('what cannot be better is not told to be', () => {
  test('a full file system that errors have made read-only is as full as it was', async () => {
    const full = edited(await loopLook(), (copy) => {
      putReading(copy, INNER, 'usedBytes', 1_020_702_720);
      only(copy.snapshot.layout.stores.filter(({ key }) => key === INNER)).readOnly = true;
    });
    expect(told('fs-full', full, null, INNER)).toEqual([]);
    expect(told('fs-full', full, stands('fs-full', 'critical'), INNER)).toEqual(['critical']);
  });

  test('a pool that has run out of space is still full; one that is silent cannot be told of', async () => {
    const full = await lookAtDocker(host, 'B15-fill');
    expect(told('thin-data', full, null, DOCKER_STORE)).toEqual([]);
    expect(told('thin-data', full, stands('thin-data', 'critical'), DOCKER_STORE)).toEqual(['critical']);
    const silent = edited(full, ({ snapshot }) => {
      const pool = only(snapshot.layout.stores.filter(({ key }) => key === DOCKER_STORE)).thinPool;
      if (pool !== null) pool.state = 'stalled';
    });
    const untold = { subject: DOCKER_STORE, missing: 'probe-failed' };
    expect(ask('thin-data', silent, stands('thin-data', 'critical')).cannotTell).toMatchObject([untold]);
    expect(ask('thin-data', silent, null)).toEqual({ findings: [], cannotTell: [] });
  });

  test('a date ends where there is room, and not because what is full grows no more', async () => {
    const look = await loopLook();
    const { example } = ruleOf(RULES, 'fs-date');
    const standing = standingOf('fs-date', { severity: 'critical', evidence: example });
    const full = edited(look, (copy) => putReading(copy, INNER, 'usedBytes', 1_000_000_000));
    expect(ask('fs-date', full, dated(INNER, 'space', null, standing)).findings).toMatchObject([
      { subject: `${INNER} space`, severity: 'critical', evidence: example },
    ]);
    expect(told('fs-date', look, dated(INNER, 'space', null, standing), INNER)).toEqual([]);
    // Beside fs-full, which stands down to 83 %, it does not begin. 857,390,284 B are 84 %.
    const nearly = edited(look, (copy) => putReading(copy, INNER, 'usedBytes', 857_390_284));
    const both = dated(INNER, 'space', 3, standingOf('fs-full', { severity: 'warning' }));
    expect(told('fs-date', nearly, both, INNER)).toEqual([]);
    expect(
      told(
        'fs-date',
        nearly,
        dated(INNER, 'space', 3, () => null),
        INNER,
      ),
    ).toEqual(['warning']);
  });

  test('an alarm is critical up to 1.3 times the two days at which it became so', async () => {
    const look = await loopLook();
    const at = (days: number) => {
      const standing = standingOf('fs-date', { severity: 'critical', evidence: ruleOf(RULES, 'fs-date').example });
      return told('fs-date', look, dated(INNER, 'space', days, standing), INNER);
    };
    expect([at(2.6), at(2.61)]).toEqual([['critical'], ['warning']]);
  });

  test('while no forecast is current, nobody can tell whether the date is gone', async () => {
    const look = await lookAtLvm(host);
    const { example } = ruleOf(RULES, 'thin-data');
    const standing = standingOf('thin-data', { severity: 'warning', evidence: { ...example, daysLeft: 5 } });
    const missingOf = (past: FindingPast) => {
      const { findings, cannotTell } = ask('thin-data', look, past);
      expect(findings).toEqual([]);
      return cannotTell.flatMap(({ subject, missing }) => (subject === LVM_STORE ? [missing] : []));
    };
    expect(missingOf(pastOf({ standing }))).toEqual(['history']);
    // Said to be steady: it ends. It never had a date: its fill tells.
    expect(missingOf(dated(LVM_STORE, 'poolData', null, standing))).toEqual([]);
    const byFill = standingOf('thin-data', { severity: 'warning', evidence: { ...example, daysLeft: null } });
    expect(missingOf(pastOf({ standing: byFill }))).toEqual([]);
  });

  test('metadata that is full grows no more, and its finding stays as it was last told', async () => {
    const { example } = ruleOf(RULES, 'thin-metadata-first');
    const standing = standingOf('thin-metadata-first', { severity: 'warning', evidence: example });
    const past = pastOf({ standing, growthPerDay: () => 0 });
    const look = await lookAtLvm(host);
    expect(told('thin-metadata-first', look, past, LVM_STORE)).toEqual([]);
    const full = edited(look, (copy) => putReading(copy, LVM_STORE, 'poolMetadataUsedBytes', 8_000_000));
    expect(ask('thin-metadata-first', full, past).findings).toMatchObject([{ severity: 'warning', evidence: example }]);
  });
});

describe('what was lost or failed is not forgotten after a day', () => {
  test('thin-lost: a day later nothing was used a day ago either, and the pool is as lost', async () => {
    const look = await lookAtDocker(host, 'B02-three-running', 'states/pool_recreated.jsonl#1');
    const { example } = ruleOf(RULES, 'thin-lost');
    const standing = standingOf('thin-lost', { severity: 'critical', evidence: example });
    for (const before of [0, null]) {
      const past = pastOf({ standing, valueADayAgo: () => before });
      expect(ask('thin-lost', look, past).findings).toMatchObject([{ severity: 'critical', evidence: example }]);
    }
    expect(told('thin-lost', look, pastOf({ valueADayAgo: () => 0 }), DOCKER_STORE)).toEqual([]);
    const used = edited(look, (copy) => putReading(copy, DOCKER_STORE, 'poolDataUsedBytes', 65_536));
    expect(told('thin-lost', used, pastOf({ standing, valueADayAgo: () => 0 }), DOCKER_STORE)).toEqual([]);
  });

  test('btrfs-device-errors: until a count is lower than it was, or the device is gone', async () => {
    const id = 'btrfs-device-errors';
    const { example } = ruleOf(RULES, id);
    await hosts.putDindStep(host, 3);
    const path = 'devinfo/1/error_stats';
    const text = sysfsCapture('btrfs/sysfs.json').get(path) ?? '';
    const withErrors = async (count: number): Promise<Look> => {
      host.blocks.put(
        `sys/fs/btrfs/${BTRFS_UUID}/${path}`,
        text.replace('corruption_errs 0', `corruption_errs ${count}`),
      );
      return host.look();
    };
    // A day ago there were three as well: none is new since, and the disk is no better.
    const past = (evidence = example) =>
      pastOf({ standing: standingOf(id, { severity: 'critical', evidence }), valueADayAgo: () => 3 });
    const three = await withErrors(3);
    expect(ask(id, three, past()).findings).toMatchObject([{ severity: 'critical', evidence: { newErrorCount: 3 } }]);
    expect(ask(id, three, pastOf({ valueADayAgo: () => 3 })).findings).toEqual([]);
    expect(ask(id, await withErrors(5), past()).findings).toMatchObject([{ evidence: { newErrorCount: 5 } }]);
    // Set to zero.
    expect(ask(id, await withErrors(0), past()).findings).toEqual([]);
    // Another device had them, and was replaced: these three are of before.
    const gone = { ...example, devices: [{ ...only(example.devices as object[]), id: 2 }] };
    expect(ask(id, three, past(gone)).findings).toEqual([]);
    // At first nobody knew whether they rise; by now it is known that they do not.
    expect(ask(id, three, past({ ...example, newErrorCount: null })).findings).toEqual([]);
  });
});
