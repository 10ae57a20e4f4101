import { expect, test } from 'vitest';
import type { Detector } from '../forecast/detector.ts';
import { DETECTORS } from '../forecast/detectors.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../forecast/family.ts';
import { FAMILY_SETS, makeTrace } from '../forecast/family-sets.ts';
import { judgeTrace } from '../forecast/judge-trace.ts';
import { replayHours, type Saying } from '../forecast/replay.ts';

const trace = (samples: Trace['samples'], capacityBytes: Trace['capacityBytes'] = [[0, 100]]): Trace => ({
  ...{ id: 'one', family: 'flat', resource: 'filesystem', capacityBytes, samples, exhaustedAt: null },
});

/** Says how many samples it has seen as p10, the last use as p50, the last capacity as p90; alarms over 50. */
const witness: Detector = {
  name: 'witness',
  start() {
    let [count, use, room]: [number, number | null, number | null] = [0, null, null];
    return {
      see: (_at, used, capacity) => {
        [count, use, room] = [count + 1, used, capacity];
      },
      say: () => ({ alarm: (use ?? 0) > 50, p10: count, p50: use, p90: room }),
    };
  },
};

const hoursOf = (sayings: Iterable<Saying>): number[] => [...sayings].map(({ t }) => t / HOUR_SECONDS);

test('it asks at each whole hour from the first sample to the last, and shows only what came before', () => {
  const said = [
    ...replayHours(
      trace([
        [10, 1],
        [3_599, 2],
        [3_600, 3],
        [7_300, 4],
      ]),
      witness,
    ),
  ];
  expect(said).toEqual([
    { t: 3_600, alarm: false, p10: 2, p50: 2, p90: 100 },
    { t: 7_200, alarm: false, p10: 3, p50: 3, p90: 100 },
  ]);
});

test('a capacity counts from its moment on, the first one for all before it', () => {
  const said = [
    ...replayHours(
      trace(
        [
          [10, 1],
          [3_700, 2],
          [7_200, 3],
        ],
        [
          [100, 5],
          [3_650, 9],
        ],
      ),
      witness,
    ),
  ];
  expect(said.map(({ p90 }) => p90)).toEqual([5, 9]);
});

test('samples of a clock that was set forth are seen when their time has come', () => {
  const said = [
    ...replayHours(
      trace([
        [0, 1],
        [9_000, 9],
        [1_200, 2],
        [10_800, 3],
      ]),
      witness,
    ),
  ];
  expect(said.map(({ p50 }) => p50)).toEqual([null, 2, 2, 9]);
});

test('a clock that stood at 1970 does not make an hour of each hour since', () => {
  const now = 1_700_000_000;
  const hours = hoursOf(
    replayHours(
      trace([
        [0, 1],
        [now, 2],
        [now + 7_200, 3],
      ]),
      witness,
    ),
  );
  expect(hours).toEqual([0, 1, 472_223, 472_224]);
});

test('a trace without samples is asked nothing', () => {
  expect([...replayHours(trace([]), witness)]).toEqual([]);
});

test('rows are each change of the alarm and one each day', () => {
  const samples = Array.from({ length: 60 }, (_, hour): [number, number] => [
    hour * HOUR_SECONDS + 1_800,
    hour === 29 ? 60 : 40,
  ]);
  const { rows } = judgeTrace(trace(samples), [witness], ['witness']);
  expect(rows.map(({ t, alarm }) => [t / HOUR_SECONDS, alarm])).toEqual([
    [1, false],
    [24, false],
    [30, true],
    [31, false],
    [48, false],
  ]);
  expect(Object.keys(rows[0] as object)).toEqual(['id', 't', 'detector', 'alarm', 'p10', 'p50', 'p90']);
});

const LEAK = FAMILY_SETS.own.find(({ name }) => name === 'leak-with-resize') as Family;
const STEPS = FAMILY_SETS.own.find(({ name }) => name === 'clock-steps') as Family;

test.each(DETECTORS.map((detector) => [detector.name, detector] as const))(
  '%s says the same of a trace that is cut as it said then',
  (_name, detector) => {
    for (const family of [LEAK, STEPS]) {
      const whole = makeTrace('own', family, 'cut', 0);
      const cut = 9 * DAY_SECONDS;
      const before = [...replayHours(whole, detector)].filter(({ t }) => t <= cut);
      const known = {
        ...whole,
        capacityBytes: whole.capacityBytes.filter(([at]) => at <= cut),
        samples: whole.samples.filter(([at]) => at <= cut + HOUR_SECONDS),
      };
      const again = [...replayHours(known, detector)].filter(({ t }) => t <= cut);
      expect(again).toEqual(before);
    }
  },
);

test.each(DETECTORS.map((detector) => [detector.name, detector] as const))(
  '%s gives no hours that are negative, no numbers that are none, and quantiles in order',
  (_name, detector) => {
    for (const said of replayHours(makeTrace('own', LEAK, 'order', 0), detector)) {
      const hours = [said.p10, said.p50, said.p90].filter((value) => value !== null);
      for (const value of hours) expect(value).toBeGreaterThanOrEqual(0);
      expect(hours.toSorted((a, b) => a - b)).toEqual(hours);
    }
  },
);
