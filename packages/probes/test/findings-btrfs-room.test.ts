import type { BtrfsMaintenance, StoreForecast } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FindingPast } from '../../domain/src/findings/rule.ts';
import { findAll, RULES } from '../../domain/src/findings/rules.ts';
import { kernel } from './faked-kernel.ts';
import { BTRFS, dindOf, inputOf, sampleOf, setReading } from './findings-btrfs-look.ts';
import { checkHostile, checkWords, ruleOf } from './findings-checks.ts';
import { fixture } from './fixture.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import { pastOf, standingOf } from './past-of.ts';

/** A btrfs whose data is full, or will be, and a job that takes its reserve of metadata away. */

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

/** What a rule says, other file systems than this left out: the captures have no sizes of them. */
function askOf(id: string, look: Look, past: FindingPast | null = null) {
  const { findings, cannotTell } = findAll(inputOf(look, past), [ruleOf(RULES, id)]);
  return { findings, cannotTell: cannotTell.filter(({ subject }) => subject === null || subject.startsWith(BTRFS)) };
}

/** Of sample 33: 2,653,945,856 B of data chunks, and 13,631,488 B unallocated, of which data can have all. */
const DATA_CAPACITY = 2_653_945_856 + 13_631_488;
/** One field edited: so much of what data can have is used. */
function filled(look: Look, share: number): Look {
  const copy = structuredClone(look);
  setReading(copy.snapshot, 'dataUsedBytes', Math.round(share * DATA_CAPACITY));
  return copy;
}
function datedPast(p50: number | null, known: Partial<FindingPast> = {}): FindingPast {
  const daysLeft = p50 === null ? null : { p10: p50 / 2, p50, p90: 2 * p50 };
  const verdict = p50 === null ? 'too-short' : 'filling';
  const clocks = [{ clock: 'btrfsData', stops: true, alarm: p50 !== null, verdict, daysLeft, slopePerDay: null }];
  return pastOf({ forecasts: new Map([[BTRFS, { clocks, earliest: null } as unknown as StoreForecast]]), ...known });
}

describe('fs-full of a btrfs', () => {
  const id = 'fs-full';

  test('data that is full to 92 % is a warning in the words of btrfs, to 97 % critical', async () => {
    const look = await sampleOf(host, 33);
    const finding = only(askOf(id, filled(look, 0.92)).findings);
    expect(finding).toMatchObject({ subject: BTRFS, storeKey: BTRFS, severity: 'warning' });
    expect(finding.evidence).toEqual({
      ...{ mountPoint: '/srv/lab/mnt/dbtr', fileSystemType: 'btrfs', usedBytes: Math.round(0.92 * DATA_CAPACITY) },
      capacityBytes: DATA_CAPACITY,
      btrfs: { dataAllocatedBytes: 2_653_945_856, unallocatedBytes: 13_631_488 },
      ...{ daysLeft: null, dockerSockets: ['/srv/lab/run/b/docker.sock'] },
    });
    const { text } = ruleOf(RULES, id);
    expect(text.en.seen(finding.evidence)).toBe(
      'Data uses 2.29 GiB of the 2.48 GiB that it can have: its chunks hold 2.47 GiB, and 13.0 MiB is unallocated.',
    );
    checkWords(ruleOf(RULES, id), finding.evidence);
    checkHostile(ruleOf(RULES, id), finding.evidence);
    expect(only(askOf(id, filled(look, 0.97)).findings).severity).toBe('critical');
  });

  test('84 % is nothing, and at 86 % the chunks can be packed, which btrfs-unallocated-low tells', async () => {
    const sample = await sampleOf(host, 33);
    for (const share of [0.84, 0.86]) {
      const look = filled(sample, share);
      expect(askOf(id, look)).toEqual({ findings: [], cannotTell: [] });
      expect(askOf('btrfs-unallocated-low', look).findings).toHaveLength(1);
    }
  });

  test('what stands goes on to 83 %, beside the other rule too, and is over at 82 %', async () => {
    const look = await sampleOf(host, 33);
    const standing = pastOf({ standing: standingOf(id, { severity: 'warning' }) });
    expect(askOf(id, filled(look, 0.84), standing).findings).toMatchObject([{ severity: 'warning' }]);
    expect(askOf(id, filled(look, 0.86), standing).findings).toMatchObject([{ severity: 'warning' }]);
    expect(askOf(id, filled(look, 0.82), standing).findings).toEqual([]);
  });

  test('while metadata has no room at all, that is what is told', async () => {
    const look = filled(await sampleOf(host, 66), 0.97);
    expect(askOf(id, look).findings).toEqual([]);
    expect(askOf('btrfs-metadata-headroom', look).findings).toMatchObject([{ severity: 'critical' }]);
  });

  test('worse than a standing warning that chunks are short, it is told beside it', async () => {
    const past = pastOf({ standing: standingOf('btrfs-unallocated-low', { severity: 'warning' }) });
    const sample = await sampleOf(host, 33);
    const look = filled(sample, 0.97);
    expect(askOf('btrfs-unallocated-low', look, past).findings).toMatchObject([{ severity: 'warning' }]);
    expect(askOf(id, look, past).findings).toMatchObject([{ severity: 'critical' }]);
    expect(askOf(id, filled(sample, 0.92), past).findings).toEqual([]);
  });

  test('without sysfs it cannot tell', async () => {
    const look = filled(await sampleOf(host, 33), 0.97);
    setReading(look.snapshot, 'dataCapacityBytes', null);
    expect(askOf(id, look)).toEqual({ findings: [], cannotTell: [{ rule: id, subject: BTRFS, missing: 'sysfs' }] });
  });
});

describe('fs-date of a btrfs', () => {
  const id = 'fs-date';

  test('a date of its data, with the sizes of sample 0', async () => {
    const finding = only(askOf(id, await sampleOf(host, 0), datedPast(5.5)).findings);
    expect(finding).toMatchObject({ subject: `${BTRFS} btrfsData`, storeKey: BTRFS, severity: 'warning' });
    expect(finding.evidence).toMatchObject({ resource: 'btrfsData', used: 0, capacity: 2_667_577_344, daysLeft: 5.5 });
    const commands = ruleOf(RULES, id)
      .remedy(finding.evidence)
      .map(({ command }) => command);
    expect(commands).toContain('btrfs filesystem usage /srv/lab/mnt/dbtr');
    checkWords(ruleOf(RULES, id), finding.evidence);
  });

  test('beside a warning that chunks are short it is told when it is worse', async () => {
    const look = await sampleOf(host, 33);
    expect(askOf('btrfs-unallocated-low', look).findings).toMatchObject([{ severity: 'warning' }]);
    expect(askOf(id, look, datedPast(5.5)).findings).toEqual([]);
    expect(askOf(id, look, datedPast(1.5)).findings).toMatchObject([{ severity: 'critical' }]);
    const standing = { standing: standingOf(id, { severity: 'warning' }) };
    expect(askOf(id, look, datedPast(5.5, standing)).findings).toMatchObject([{ severity: 'warning' }]);
  });

  test('what is nearly full is for fs-full to tell', async () => {
    const look = filled(await sampleOf(host, 33), 0.92);
    expect(askOf(id, look, datedPast(5.5)).findings).toEqual([]);
    expect(only(askOf('fs-full', look, datedPast(5.5)).findings).evidence).toMatchObject({ daysLeft: 5.5 });
  });

  test('with too little history it cannot tell', async () => {
    const { cannotTell } = askOf(id, await sampleOf(host, 0), datedPast(null));
    expect(cannotTell).toContainEqual({ rule: id, subject: `${BTRFS} btrfsData`, missing: 'history' });
  });
});

describe('btrfs-metadata-balance', () => {
  const id = 'btrfs-metadata-balance';
  const SHIPPED = fixture('btrfsmaintenance/debian-0.5-4.txt');
  const WEEKLY = SHIPPED.replace('BTRFS_BALANCE_PERIOD="none"', 'BTRFS_BALANCE_PERIOD="weekly"');
  const ofMount = (path: string) =>
    WEEKLY.replace('BTRFS_BALANCE_MOUNTPOINTS="/"', `BTRFS_BALANCE_MOUNTPOINTS="${path}"`);
  const startTimer = (): void =>
    host.link(
      'host/etc/systemd/system/timers.target.wants/btrfs-balance.timer',
      '/lib/systemd/system/btrfs-balance.timer',
    );
  /** Docker on btrfs beside a file of btrfsmaintenance. */
  async function lookWith(text: string, isOn = true): Promise<Look> {
    host.put('host/etc/default/btrfsmaintenance', text);
    if (isOn) startTimer();
    return dindOf(host, 3);
  }

  test("Debian's own file with this mount point and a period, and its timer on (edits)", async () => {
    expect(askOf(id, await lookWith(ofMount('/srv/lab/mnt/dbtr')))).toEqual({
      findings: [
        { rule: id, subject: BTRFS, storeKey: BTRFS, severity: 'notice', evidence: ruleOf(RULES, id).example },
      ],
      cannotTell: [],
    });
  });

  test.each(['auto', '/mnt/other:/srv/lab/mnt/dbtr/docker'])('it is meant by %j too', async (path) => {
    expect(askOf(id, await lookWith(ofMount(path))).findings).toMatchObject([{ subject: BTRFS }]);
  });

  test.each([
    ['as Debian ships it, of the file system of /', SHIPPED, true],
    ['of another path', ofMount('/srv/lab/mnt/dbtr2'), true],
    ['with no percentages for metadata', ofMount('auto').replace('MUSAGE="5"', 'MUSAGE=""'), true],
    ['that nothing starts', ofMount('auto'), false],
  ])('a job %s is nothing to tell of', async (_, text, isOn) => {
    expect(askOf(id, await lookWith(text, isOn))).toEqual({ findings: [], cannotTell: [] });
  });

  test('a host without it, and one without a btrfs, have nothing to tell of', async () => {
    const look = await dindOf(host, 3);
    expect(look.inventory.btrfsMaintenance?.configurationFiles).toEqual([]);
    expect(askOf(id, look)).toEqual({ findings: [], cannotTell: [] });
    look.snapshot.layout.stores = look.snapshot.layout.stores.filter(({ kind }) => kind !== 'btrfs');
    look.inventory.btrfsMaintenance = null;
    expect(askOf(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test.each([
    ['was not read', null],
    ['a shell alone understands', { balanceMetadataUsages: null }],
    ['names mount points that a shell alone understands', { balanceMountPoints: null }],
  ])('of a configuration that %s it cannot tell', async (_, change: Partial<BtrfsMaintenance> | null) => {
    const look = await lookWith(ofMount('auto'));
    const { btrfsMaintenance } = look.inventory;
    look.inventory.btrfsMaintenance =
      change === null || btrfsMaintenance === null ? null : { ...btrfsMaintenance, ...change };
    const cannotTell = [{ rule: id, subject: null, missing: 'configuration' }];
    expect(askOf(id, look)).toEqual({ findings: [], cannotTell });
  });
});
