import { describe, expect, test } from 'vitest';
import { DAY_SECONDS, HOUR_SECONDS, type Trace } from '../forecast/family.ts';
import { HELD_OUT_FAMILIES } from '../forecast/held-out/index.ts';

const DAYS = 30;
const TRACES_EACH = 6;
const SAMPLES_MOST = 5_000;
const CLOCK_FAMILIES = ['clock-steps', 'leak-through-clock-steps'];

const CALM_OF_THE_BRIEF = [
  ...['flat', 'steady-high', 'weekly-season', 'daily-sawtooth', 'weekly-sawtooth', 'high-sawtooth', 'step-then-flat'],
  ...['bursts', 'self-cleaning', 'levelling-off', 'resize', 'restart-gaps', 'clock-steps'],
];
const FILLING_OF_THE_BRIEF = [
  ...['slow-leak', 'leak-under-sawtooth', 'accelerating', 'btrfs-chunk-staircase', 'thin-data-staircase'],
  ...['thin-metadata-staircase', 'weekday-staircase', 'late-onset', 'runaway', 'leak-with-resize', 'quota-cut'],
];
const BESIDE_THE_BRIEF = [
  ...[
    'backup-ramp-plateau',
    'monthly-cycle',
    'nightly-third',
    'deploys-weekly-prune',
    'database-vacuum',
    'error-storm',
  ],
  ...[
    'migration',
    'cache-holds',
    'thin-metadata-snapshots',
    'rate-doubles',
    'leak-with-pauses',
    'leak-under-daily-wave',
  ],
  ...['leak-in-large-steps', 'very-slow-near-end', 'tiny-metadata-leak', 'partial-clean-ups', 'quota-cut-on-growing'],
  ...['two-processes'],
];

/** The generator of Park and Miller (1988): a draw depends on nothing but the seed. */
function seeded(seed: number): () => number {
  let state = (seed * 7_919 + 104_729) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

const capacityAt = ({ capacityBytes }: Trace, at: number) =>
  capacityBytes.findLast(([since]) => since <= at)?.[1] ?? capacityBytes[0]?.[1] ?? Number.NaN;

const names = HELD_OUT_FAMILIES.map(({ name }) => name);

test('each family of the brief is there, in the half that it belongs to, and no name is used twice', () => {
  const named = (exhausts: boolean) =>
    HELD_OUT_FAMILIES.filter((family) => family.exhausts === exhausts).map(({ name }) => name);
  expect(named(false)).toEqual(expect.arrayContaining(CALM_OF_THE_BRIEF));
  expect(named(true)).toEqual(expect.arrayContaining(FILLING_OF_THE_BRIEF));
  expect(names).toEqual(expect.arrayContaining(BESIDE_THE_BRIEF));
  expect(new Set(names).size).toBe(names.length);
});

describe.each(HELD_OUT_FAMILIES)('$name', (family) => {
  const traces = Array.from({ length: TRACES_EACH }, (_, seed) => family.make(seeded(seed + 1), DAYS));

  test('the same numbers make the same trace, others another', () => {
    expect(family.make(seeded(1), DAYS)).toEqual(traces[0]);
    expect(new Set(traces.map(({ id }) => id)).size).toBe(TRACES_EACH);
    expect(new Set(traces.map(({ samples }) => JSON.stringify(samples))).size).toBe(TRACES_EACH);
  });

  test('each reading is a whole number of bytes at a whole second, neither negative nor over the capacity', () => {
    for (const trace of traces) {
      expect(trace.samples.length).toBeLessThanOrEqual(SAMPLES_MOST);
      expect(trace.samples.length).toBeGreaterThan(100);
      const most = Math.max(...trace.capacityBytes.map(([, bytes]) => bytes));
      expect(trace.samples.filter(([at, used]) => !(Number.isInteger(at) && Number.isInteger(used)))).toEqual([]);
      expect(trace.samples.filter(([at, used]) => at < 0 || used < 0 || used > most)).toEqual([]);
      expect(trace.capacityBytes.every(([, bytes]) => Number.isInteger(bytes) && bytes > 0)).toBe(true);
    }
  });

  test('times rise, and fall only where a clock steps', () => {
    for (const { samples } of traces) {
      const falls = samples.filter(([at], index) => index > 0 && at <= (samples[index - 1]?.[0] ?? 0)).length;
      if (!CLOCK_FAMILIES.includes(family.name)) expect(falls).toBe(0);
    }
  });

  test('its truth is what the samples and capacities say', () => {
    for (const trace of traces) {
      const full = trace.samples.filter(([at, used]) => used >= capacityAt(trace, at)).map(([at]) => at);
      if (!family.exhausts) {
        expect(trace.exhaustedAt).toBeNull();
        expect(full).toEqual([]);
        continue;
      }
      const exhaustedAt = trace.exhaustedAt ?? Number.NaN;
      const after = trace.samples.map(([at]) => at).filter((at) => at >= exhaustedAt);
      expect(after.length).toBeGreaterThan(0);
      expect(full).toEqual(after);
      expect((after[0] ?? 0) - exhaustedAt).toBeLessThanOrEqual(1.5 * HOUR_SECONDS);
    }
  });

  test('what fills does so late enough to be foretold, and is seen on its last day', () => {
    for (const { exhaustedAt, samples } of traces.filter((trace) => trace.exhaustedAt !== null)) {
      const at = exhaustedAt ?? Number.NaN;
      expect(at).toBeGreaterThan(0.25 * DAYS * DAY_SECONDS);
      expect(at).toBeLessThan(DAYS * DAY_SECONDS);
      expect(samples.filter(([read]) => read > at - DAY_SECONDS && read <= at).length).toBeGreaterThan(15);
    }
  });

  test('shorter traces keep the promise too', () => {
    for (const days of [10, 14, 21]) {
      const trace = family.make(seeded(77), days);
      expect(trace.exhaustedAt !== null).toBe(family.exhausts);
    }
  });
});

test('what fills does so in the second half, but for one in eight', () => {
  const filled = HELD_OUT_FAMILIES.filter(({ exhausts }) => exhausts).flatMap((family) =>
    Array.from({ length: TRACES_EACH }, (_, seed) => family.make(seeded(seed + 1), DAYS).exhaustedAt ?? 0),
  );
  const early = filled.filter((at) => at < 0.5 * DAYS * DAY_SECONDS);
  expect(early.length / filled.length).toBeLessThan(1 / 8);
});

test('clocks do step where they shall', () => {
  for (const family of HELD_OUT_FAMILIES.filter(({ name }) => CLOCK_FAMILIES.includes(name))) {
    const falls = Array.from({ length: TRACES_EACH }, (_, seed) => family.make(seeded(seed + 1), DAYS)).filter(
      ({ samples }) => samples.some(([at], index) => index > 0 && at <= (samples[index - 1]?.[0] ?? 0)),
    );
    expect(falls.length).toBeGreaterThan(0);
  }
});
