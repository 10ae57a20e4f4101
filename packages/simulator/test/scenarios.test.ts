import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HISTORY_DAYS, simulatedFleet } from '../src/index.ts';
import { ANCHOR, DAY_MILLISECONDS, hostNamed, type View, viewAt } from './views.ts';

const GIB = 2 ** 30;
const DOCKER = '/var/lib/docker';
/** Whole days from `first` to `last` after the anchor, left out where the host is down. */
function course(name: string, [first, last]: [number, number], read: (view: View) => number): number[] {
  const host = hostNamed(name);
  return Array.from({ length: last - first + 1 }, (_, day) => ANCHOR.getTime() + (first + day) * DAY_MILLISECONDS)
    .filter((at) => host.isSending(at))
    .map((at) => read(viewAt(host, at)));
}

const anchors = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });

describe('the five incidents', () => {
  test('1: leftovers of nested Docker end the metadata headroom at about the anchor, with df below 85 %', () => {
    fc.assert(
      fc.property(anchors, (anchorAt) => {
        const host = hostNamed('ci-runner-07', anchorAt);
        fc.pre(host.isSending(anchorAt.getTime()));
        const now = viewAt(host, anchorAt.getTime());
        const headroom =
          now.get(now.keyOf(DOCKER), 'metadataCapacityBytes') - now.get(now.keyOf(DOCKER), 'metadataCommittedBytes');
        expect(headroom).toBeGreaterThan(0);
        expect(headroom / GIB).toBeLessThan(3);
        expect(now.fill(DOCKER, 'space')).toBeLessThan(0.85);
      }),
      { numRuns: 25 },
    );
    const df = course('ci-runner-07', [-18, 0], (view) => view.fill(DOCKER, 'space'));
    expect(Math.max(...df) - Math.min(...df)).toBeLessThan(0.1);
  });

  test('1: it then stands without headroom until somebody cleans up, and room comes back', () => {
    const headroom = course('ci-runner-07', [0, 12], (view) => 1 - view.fill(DOCKER, 'btrfsMetadata'));
    expect(Math.min(...headroom)).toBeLessThan(0.001);
    expect(Math.max(...headroom)).toBeGreaterThan(0.2);
  });

  test('2: layers that leaked mounts hold grow on an ext4 that was half full', () => {
    const fill = course('build-03', [-60, 0], (view) => view.fill(DOCKER, 'space'));
    expect(fill[0]).toBeLessThan(0.55);
    expect(fill.at(-1)).toBeGreaterThan(0.85);
  });

  test('3: a second daemon appears on the data root of the first', () => {
    const host = hostNamed('k8s-node-09');
    const daemons = [-7, 0].map((days) => viewAt(host, ANCHOR.getTime() + days * DAY_MILLISECONDS).layout.daemons);
    expect(daemons.map(({ length }) => length)).toEqual([1, 2]);
    expect(new Set(daemons[1]?.map(({ dataRoot }) => dataRoot)).size).toBe(1);
  });

  test('4: thin pool metadata ends before the data does', () => {
    const host = hostNamed('thin-db-02');
    const [before, now] = [-20, 0].map((days) => viewAt(host, ANCHOR.getTime() + days * DAY_MILLISECONDS));
    expect(now?.fill('vg0/docker', 'poolMetadata')).toBeCloseTo(0.91, 1);
    expect(now?.fill('vg0/docker', 'poolData')).toBeLessThan(0.7);
    expect(before?.fill('vg0/docker', 'poolMetadata')).toBeLessThan(0.6);
  });

  test('5: unallocated space goes chunk by chunk while df stays within ten points', () => {
    const unallocated = course('ci-runner-12', [-80, 0], (view) => view.get(view.keyOf(DOCKER), 'unallocatedBytes'));
    const df = course('ci-runner-12', [-80, 0], (view) => view.fill(DOCKER, 'space'));
    expect(unallocated[0]).toBeGreaterThan(100 * GIB);
    expect(unallocated.at(-1)).toBeLessThan(5 * GIB);
    expect(Math.max(...df) - Math.min(...df)).toBeLessThan(0.1);
  });

  test('5: in a loop file the inside is calm while the outside fills', () => {
    const inside = course('edge-box-02', [-45, 0], (view) => view.fill(DOCKER, 'space'));
    const outside = course('edge-box-02', [-45, 0], (view) => view.fill('/', 'space'));
    expect(Math.max(...inside)).toBeLessThan(0.7);
    expect((outside.at(-1) ?? 0) - (outside[0] ?? 0)).toBeGreaterThan(0.15);
    const now = viewAt(hostNamed('edge-box-02'), ANCHOR.getTime());
    const { loop } = now.layout.stores.find(({ name }) => name === DOCKER) ?? {};
    expect(loop?.outerStoreKey).toBe(now.keyOf('/'));
  });
});

test('inodes end where space has room', () => {
  const now = viewAt(hostNamed('k8s-node-04'), ANCHOR.getTime());
  expect(now.fill('/', 'inodes')).toBeGreaterThan(0.85);
  expect(now.fill('/', 'space')).toBeLessThan(0.5);
});

test('a resize changes the device in layout and readings at once', () => {
  const host = hostNamed('ci-runner-07');
  const sizes = [-25, 0].map((days) => {
    const view = viewAt(host, ANCHOR.getTime() + days * DAY_MILLISECONDS);
    return view.get(view.keyOf(DOCKER), 'deviceBytes') / GIB;
  });
  expect(sizes).toEqual([760, 800]);
  expect(host.layouts).toHaveLength(2);
});

describe('what is not read', () => {
  const gaps = (name: string): number[] => {
    const range = { from: ANCHOR.getTime() - HISTORY_DAYS * DAY_MILLISECONDS, to: ANCHOR.getTime(), stepSeconds: 300 };
    const times = Array.from(hostNamed(name).history(range), ({ takenAt }) => takenAt);
    return times.slice(1).map((time, place) => (time - (times[place] ?? 0)) / 1_000);
  };

  test('an outage of 19 hours is a hole in the history', () => {
    expect(Math.max(...gaps('ci-runner-07')) / 3_600).toBeCloseTo(19, 0);
  });

  test('a restart is a hole of some minutes, after which boot and uptime are new', () => {
    const host = hostNamed('web-01');
    const all = gaps('web-01').filter((gap) => gap > 300);
    expect(all.length).toBeGreaterThan(0);
    expect(Math.max(...all)).toBeLessThanOrEqual(1_200);
    const begin = ANCHOR.getTime() - HISTORY_DAYS * DAY_MILLISECONDS;
    const boots = new Set<string>();
    for (let at = begin; at < ANCHOR.getTime(); at += 600_000) {
      const { bootId, uptimeMilliseconds } = host.clock(at);
      expect(uptimeMilliseconds).toBeGreaterThanOrEqual(0);
      boots.add(`${bootId} ${at - uptimeMilliseconds}`);
    }
    expect(boots.size).toBe(all.length + 1);
  });

  test('a silent host has sent nothing for three days, and says nothing after it', () => {
    const host = hostNamed('ci-runner-09');
    const silent = ANCHOR.getTime() - (host.silentSince ?? 0);
    expect(silent / DAY_MILLISECONDS).toBeCloseTo(3.17, 1);
    expect(host.snapshot(ANCHOR)).toBeNull();
    expect(host.snapshot(new Date(ANCHOR.getTime() + 40 * DAY_MILLISECONDS))).toBeNull();
  });

  test('a new host has two days of history', () => {
    const host = hostNamed('k8s-node-07');
    const range = { from: 0, to: ANCHOR.getTime(), stepSeconds: 300 };
    const [first] = host.history({ ...range, from: host.enrolledAt - DAY_MILLISECONDS });
    expect((ANCHOR.getTime() - (first?.takenAt ?? 0)) / DAY_MILLISECONDS).toBeCloseTo(2, 1);
  });

  test('a collector without rights reads null, never zero, and each probe says why', () => {
    const snapshot = hostNamed('lab-pi-01').snapshot(ANCHOR);
    expect(snapshot?.readings).toEqual([null, null]);
    expect(snapshot?.probes.filter(({ status }) => status === 'ok').map(({ probe }) => probe)).toEqual(['host']);
    for (const { status, reason } of snapshot?.probes ?? []) expect(reason === null).toBe(status === 'ok');
  });
});

test('no host of a fleet stands still', () => {
  for (const host of simulatedFleet({ seed: 'a', anchorAt: ANCHOR })) {
    if (host.silentSince !== null || host.facts.name === 'lab-pi-01') continue;
    const [one, other] = [0, 600].map((seconds) => host.snapshot(new Date(ANCHOR.getTime() + seconds * 1_000)));
    if (one && other) expect(one.readings, host.facts.name).not.toEqual(other.readings);
  }
});

test('a runner whose holes had taken all chunks has them back since somebody ran a balance, and data is as it was', () => {
  const read = (name: string): number[] =>
    course('ci-runner-10', [-12, 0], (view) => view.get(view.keyOf(DOCKER), name as 'dataUsedBytes') / GIB);
  const unallocated = read('unallocatedBytes');
  expect(Math.max(...unallocated.slice(0, 5))).toBeLessThan(1);
  expect(Math.min(...unallocated.slice(-4))).toBeGreaterThan(150);
  const used = read('dataUsedBytes');
  expect(Math.max(...used) - Math.min(...used)).toBeLessThan(20);
});
