import type { StoreForecast } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CannotTell, Finding, FindingInput, FindingPast } from '../../domain/src/findings/rule.ts';
import { findAll } from '../../domain/src/findings/rules.ts';
import { SYSTEM_RULES } from '../../domain/src/findings/system-rules.ts';
import { kernel } from './faked-kernel.ts';
import { fixture } from './fixture.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { pastOf } from './past-of.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const NOW = Date.parse('2026-11-21T12:00:00Z');
const GIB = 1024 ** 3;
const [INNER, OUTER] = ['mount:/srv/lab/mnt/pseudo', 'mount:/srv/lab/mnt/outer'];

const inputOf = ({ snapshot, inventory }: Look, past: FindingPast | null = null): FindingInput => ({
  ...{ now: NOW, facts: null, snapshot, inventory, past },
});
const ask = (input: FindingInput, id: string): { findings: Finding[]; cannotTell: CannotTell[] } =>
  findAll(
    input,
    SYSTEM_RULES.filter((rule) => rule.id === id),
  );
const exampleOf = (id: string) => only(SYSTEM_RULES.filter((rule) => rule.id === id)).example;

/** The look with one reading set: a named one-field edit. */
function withReading(look: Look, storeKey: string, series: string, value: number | null): Look {
  const edited = structuredClone(look);
  const { layout, readings } = edited.snapshot;
  const place = layout.entries.findIndex((one) => one.storeKey === storeKey && one.series === series);
  if (place < 0) throw new Error(`${storeKey} has no ${series}`);
  readings[place] = value;
  return edited;
}

/** Of the captured series; the blocks that only root may take are told as used. */
async function loopLook(sample: number): Promise<Look> {
  hosts.putLoopSample(host, sample);
  return host.look();
}

/** A past in which one clock of one store is said. */
function datedPast(
  storeKey: string,
  clock: 'space' | 'inodes' | 'loopBacking',
  p50: number | null,
  standing: FindingPast['standing'] = () => null,
): FindingPast {
  const daysLeft = p50 === null ? null : { p10: p50 / 2, p50, p90: p50 * 2 };
  const forecast: StoreForecast = {
    clocks: [
      {
        ...{ clock, stops: true, used: 1, capacity: 2, daysLeft, alarm: p50 !== null, alarmFromDays: p50 },
        ...{ verdict: p50 === null ? 'too-short' : 'filling', reason: p50 === null ? 'few-days' : 'trend' },
        ...{ slopePerDay: { low: 150_000_000, mid: 172_000_000, high: 190_000_000 }, since: null, window: null },
      },
    ],
    earliest: daysLeft === null ? null : { clock, daysLeft },
  };
  return pastOf({ forecasts: new Map([[storeKey, forecast]]), standing });
}

describe('loop-overcommit', () => {
  test('where writes failed in the capture it is critical, and the evidence is the captured sizes', async () => {
    const look = await loopLook(9);
    const { findings, cannotTell } = ask(inputOf(look), 'loop-overcommit');
    const found = only(findings);
    expect(found).toMatchObject({ subject: INNER, storeKey: INNER, severity: 'critical' });
    expect(found.evidence).toEqual(exampleOf('loop-overcommit'));
    expect(cannotTell).toEqual([]);
  });

  test('with less room than df promises within it is a warning', async () => {
    const found = only(ask(inputOf(await loopLook(0)), 'loop-overcommit').findings);
    expect(found).toMatchObject({ severity: 'warning', evidence: { imageBytes: null, daysLeft: null } });
  });

  test('with ample room it is a notice, until its date is near', async () => {
    const look = await loopLook(0);
    // Edit: sizes of the image's device, within it and around it, a hundred times those of the capture.
    only(look.inventory.devices?.filter(({ name }) => name === 'loop4')).sizeBytes = 100 * GIB;
    const edited = withReading(withReading(look, INNER, 'capacityBytes', 95 * GIB), OUTER, 'capacityBytes', 31 * GIB);
    const of = (past: FindingPast | null) => only(ask(inputOf(edited, past), 'loop-overcommit').findings);
    expect(of(null)).toMatchObject({ severity: 'notice', evidence: { imageBytes: 100 * GIB, daysLeft: null } });
    expect(of(datedPast(INNER, 'loopBacking', 4.2))).toMatchObject({
      severity: 'warning',
      evidence: { daysLeft: 4.2 },
    });
    expect(of(datedPast(INNER, 'loopBacking', 1.9)).severity).toBe('critical');
  });

  test('near miss: the same file where all that it can claim is free around it is none', async () => {
    const look = await loopLook(0);
    // Edit: the size of the outer file system, enough for the captured 1 GiB image.
    const roomy = withReading(look, OUTER, 'capacityBytes', 4 * GIB);
    const backed = withReading(roomy, INNER, 'backingCapacityBytes', GIB);
    expect(ask(inputOf(backed), 'loop-overcommit')).toEqual({ findings: [], cannotTell: [] });
  });

  test('near miss: a file with all its blocks on a full file system is none', async () => {
    const look = await loopLook(9);
    const device = only(look.inventory.devices?.filter(({ name }) => name === 'loop4'));
    device.sizeBytes = GIB;
    // Edit: allocated as large as the image of the capture (1 GiB).
    const whole = withReading(look, INNER, 'backingAllocatedBytes', GIB);
    expect(ask(inputOf(whole), 'loop-overcommit')).toEqual({ findings: [], cannotTell: [] });
  });

  test('cannot tell without the size of the file where its end and that of its room may be one', async () => {
    const look = await loopLook(9);
    let whole = withReading(look, INNER, 'backingAllocatedBytes', GIB);
    whole = withReading(whole, INNER, 'backingCapacityBytes', GIB);
    const { findings, cannotTell } = ask(inputOf(whole), 'loop-overcommit');
    expect(findings).toEqual([]);
    expect(cannotTell).toEqual([{ rule: 'loop-overcommit', subject: INNER, missing: 'sysfs' }]);
  });

  test('cannot tell when the file was not read', async () => {
    const look = withReading(await loopLook(9), INNER, 'backingAllocatedBytes', null);
    const { findings, cannotTell } = ask(inputOf(look), 'loop-overcommit');
    expect(findings).toEqual([]);
    expect(cannotTell).toEqual([{ rule: 'loop-overcommit', subject: INNER, missing: 'probe-failed' }]);
  });
});

describe('loop-risky-options', () => {
  /** The captured line of mountinfo and sysfs of the same loop device. */
  async function riskyLook(change = (line: string) => line): Promise<Look> {
    const captured = only(
      fixture('loop/mount-barrier0.txt')
        .split('\n')
        .filter((line) => line.startsWith('4502 ')),
    );
    const sysfs: Record<string, { content: string }> = JSON.parse(fixture('loop/sysfs-loop.json'));
    for (const [name, { content }] of Object.entries(sysfs)) host.blocks.put(`sys/block/loop3/loop/${name}`, content);
    host.putMounts(`27 1 254:0 / / rw - tmpfs t rw\n${change(captured)}\n`);
    return host.look();
  }
  const facts = (kernelRelease: string) => ({
    ...{ machineId: 'f'.repeat(64), name: 'lab', kernelRelease, distribution: null, architecture: 'x86_64' },
  });

  test('the captured mount of incident 5, with its long commit and without barriers', async () => {
    const input = { ...inputOf(await riskyLook()), facts: facts('6.18.44') };
    const found = only(ask(input, 'loop-risky-options').findings);
    expect(found).toMatchObject({ subject: INNER, severity: 'warning' });
    expect(found.evidence).toEqual(exampleOf('loop-risky-options'));
  });

  test('a kernel before 6.8 is told apart, and one that was not read is not', async () => {
    const input = inputOf(await riskyLook());
    const evidenceAt = (release: string | null) =>
      only(ask({ ...input, facts: release === null ? null : facts(release) }, 'loop-risky-options').findings).evidence
        .hasStrictKernel;
    expect(['6.1.0-18-amd64', '6.7.12', '6.8.0', '7.0', 'odd', null].map(evidenceAt)).toEqual([
      ...[false, false, true, true],
      ...[null, null],
    ]);
  });

  test('a long commit alone is a notice', async () => {
    const look = await riskyLook((line) => line.replace('nobarrier,', ''));
    const found = only(ask(inputOf(look), 'loop-risky-options').findings);
    expect(found).toMatchObject({ severity: 'notice', evidence: { risky: ['commit=60'] } });
  });

  test('near miss: btrfs’ own interval is no risk', async () => {
    const look = await riskyLook((line) => line.replace('nobarrier,commit=60', 'commit=30'));
    expect(ask(inputOf(look), 'loop-risky-options').findings).toEqual([]);
  });

  test('near miss: the same options on a disk are another matter', async () => {
    const look = await riskyLook((line) => line.replace('7:3', '8:1').replace('/dev/loop3', '/dev/sda1'));
    expect(ask(inputOf(look), 'loop-risky-options').findings).toEqual([]);
  });

  test('who made the device was not read: found all the same, and said so', async () => {
    const look = await riskyLook();
    look.inventory.devices = null;
    const found = only(ask(inputOf(look), 'loop-risky-options').findings);
    expect(found.evidence).toMatchObject({ madeByMount: null });
  });
});

describe('inodes-low, fs-full and fs-date', () => {
  /** Edit of sample 0: inodes as an ext4 of that size has them (mkfs.ext4: one in 16 KiB). */
  async function lookWithInodes(used: number): Promise<Look> {
    hosts.putLoopSample(host, 0);
    const space = host.spaces.get('/srv/lab/mnt/pseudo');
    if (space === undefined) throw new Error('no space');
    host.spaces.set('/srv/lab/mnt/pseudo', { ...space, files: 65_536n, ffree: BigInt(65_536 - used) });
    return host.look();
  }

  test('inodes: 97 % is critical, 90 % a warning, 84 % nothing', async () => {
    const of = async (used: number) => ask(inputOf(await lookWithInodes(used)), 'inodes-low').findings;
    const critical = only(await of(63_570));
    expect(critical).toMatchObject({ subject: INNER, severity: 'critical' });
    expect(critical.evidence).toEqual(exampleOf('inodes-low'));
    expect(only(await of(58_983)).severity).toBe('warning');
    expect(await of(55_000)).toEqual([]);
  });

  test('inodes that were not read: cannot tell; a file system that has no number of them: silence', async () => {
    const unread = withReading(await lookWithInodes(63_570), INNER, 'usedInodes', null);
    expect(ask(inputOf(unread), 'inodes-low')).toEqual({
      findings: [],
      cannotTell: [{ rule: 'inodes-low', subject: INNER, missing: 'probe-failed' }],
    });
    host.remove();
    host = new IncidentHost();
    expect(ask(inputOf(await loopLook(0)), 'inodes-low')).toEqual({ findings: [], cannotTell: [] });
  });

  test('space: the full file system around the captured image, and not the one within', async () => {
    const found = only(ask(inputOf(await loopLook(9)), 'fs-full').findings);
    expect(found).toMatchObject({ subject: OUTER, severity: 'critical' });
    expect(found.evidence).toEqual(exampleOf('fs-full'));
  });

  test('space: at 85 % with much room it is a notice, at 95 % a warning, and 84 % is nothing', async () => {
    const look = await loopLook(0);
    const of = (share: number) => {
      const sized = withReading(look, OUTER, 'capacityBytes', 1_000 * GIB);
      return ask(inputOf(withReading(sized, OUTER, 'usedBytes', share * 1_000 * GIB)), 'fs-full').findings;
    };
    expect(only(of(0.86)).severity).toBe('notice');
    expect(only(of(0.96)).severity).toBe('warning');
    expect(only(of(0.9995)).severity).toBe('critical');
    expect(of(0.84)).toEqual([]);
  });

  test('space: of a btrfs whose chunks are half empty its own rules tell, and what was not read is told', async () => {
    await hosts.putExhaustionSample(host, 67);
    expect(ask(inputOf(await host.look()), 'fs-full').findings).toEqual([]);
    host.remove();
    host = new IncidentHost();
    const unread = withReading(await loopLook(9), OUTER, 'usedBytes', null);
    expect(ask(inputOf(unread), 'fs-full').cannotTell).toEqual([
      { rule: 'fs-full', subject: OUTER, missing: 'probe-failed' },
    ]);
  });

  test('a date: told for what is not nearly full, once it is for fs-full to tell', async () => {
    const look = await loopLook(0);
    const found = only(ask(inputOf(look, datedPast(INNER, 'space', 5.5)), 'fs-date').findings);
    expect(found).toMatchObject({ subject: `${INNER} space`, storeKey: INNER, severity: 'warning' });
    expect(found.evidence).toEqual(exampleOf('fs-date'));
    expect(only(ask(inputOf(look, datedPast(INNER, 'space', 1.5)), 'fs-date').findings).severity).toBe('critical');
    const full = withReading(look, INNER, 'usedBytes', 1_000_000_000);
    expect(ask(inputOf(full, datedPast(INNER, 'space', 5.5)), 'fs-date').findings).toEqual([]);
    expect(only(ask(inputOf(full, datedPast(INNER, 'space', 5.5)), 'fs-full').findings).evidence).toMatchObject({
      daysLeft: 5.5,
    });
  });

  test('a date: cannot tell without history, or with too little of it', async () => {
    const look = await loopLook(0);
    expect(ask(inputOf(look), 'fs-date').cannotTell).toEqual([{ rule: 'fs-date', subject: null, missing: 'history' }]);
    const short = ask(inputOf(look, datedPast(INNER, 'space', null)), 'fs-date');
    expect(short.findings).toEqual([]);
    expect(short.cannotTell.map(({ subject, missing }) => [subject, missing])).toEqual([
      [`${OUTER} space`, 'history'],
      [`${INNER} space`, 'history'],
    ]);
  });
});

test('of nulls everywhere nothing is found, and nothing throws', async () => {
  for (const put of [() => loopLook(9), () => hosts.putDindStep(host, 3).then(() => host.look())]) {
    const look = await put();
    look.snapshot.readings.fill(null);
    const inventory = { ...look.inventory, devices: null, btrfs: null, docker: null, mounts: null, probes: [] };
    for (const one of [inventory, null]) {
      const input = { ...inputOf(look, datedPast(INNER, 'space', 1)), inventory: one };
      input.snapshot.probes = [];
      expect(findAll(input, SYSTEM_RULES).findings).toEqual([]);
    }
    host.remove();
    host = new IncidentHost();
  }
});
