import { between, chance, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS } from '../family.ts';
import { type Curve, GIB, growth, inSteps, type Recorded, record, saw, sum, wander } from './recording.ts';

const MIB = 2 ** 20;

type Filling = Pick<Recorded, 'curve' | 'noise' | 'resource' | 'bytes' | 'resizes'>;

/** A family that fills. `shape` is told when, in seconds: late enough for a past, early enough to end within the days. */
const filling = (name: string, shape: (random: Random, days: number, fullAt: number) => Filling): Family => ({
  name,
  exhausts: true,
  isRunaway: name.includes('runaway'),
  make(random, days) {
    const fullAt = between(random, 0.55, 0.97) * days * DAY_SECONDS;
    const hasClockStep = chance(random, 0.05);
    return record(random, days, { ...shape(random, days, fullAt), family: name, exhausts: true, hasClockStep });
  },
});

/** From a share to full. */
const toFull =
  (from: number, grown: Curve): Curve =>
  (at) =>
    from + (1 - from) * grown(at);

/** Something is never deleted: logs, uploads, rows. Days and hours differ. */
const slowLeak = filling('slow-leak', (random, days, fullAt) => {
  const pace = { hourSpread: 0.5, daySpread: 0.15, night: between(random, 0, 0.8) };
  return {
    curve: sum(toFull(between(random, 0.3, 0.6), growth(random, days, fullAt, pace)), wander(random, days, 0.003, 8)),
    noise: logBetween(random, 0.0005, 0.002),
  };
});

/** A prune hides a leak: each tooth begins higher. */
const sawtoothLeak = filling('leak-under-sawtooth', (random, days, fullAt) => {
  const pace = { hourSpread: 0.3, daySpread: 0.2 };
  const height = between(random, 0.07, 0.19);
  return {
    curve: sum(
      toFull(
        between(random, 0.4, 0.65),
        growth(random, days, fullAt, pace, (at) => 0.7 + at / fullAt),
      ),
      saw(random, height, pick(random, [1, 1, 1, 1, 2])),
      () => -height / 2,
    ),
    noise: logBetween(random, 0.001, 0.003),
  };
});

/** The more there is, the more comes. */
const accelerating = filling('accelerating', (random, days, fullAt) => {
  const power = between(random, 0.55, 1.9);
  return {
    curve: sum(
      toFull(
        between(random, 0.2, 0.6),
        growth(
          random,
          days,
          fullAt,
          { hourSpread: 0.2, daySpread: 0.15, night: between(random, 0.25, 1) },
          (at) => (at / fullAt) ** power,
        ),
      ),
      wander(random, days, 0.002, 12),
    ),
    noise: logBetween(random, 0.0002, 0.001),
  };
});

/** What is given out in chunks stands still for hours and then jumps: btrfs, and thin pools that take an extent at a time. */
const chunkStaircase = filling('chunk-staircase', (random, days, fullAt) => {
  const resource = pick(random, ['btrfs-unallocated', 'thin-data', 'thin-metadata']);
  const chunks = Math.round(logBetween(random, 22, 98));
  const pace = { hourSpread: 0.6, daySpread: 0.15 };
  const grown = toFull(between(random, 0.35, 0.65), growth(random, days, fullAt, pace));
  const bytes = chunks * (resource === 'thin-metadata' ? wholeBetween(random, 2, 8) * MIB : GIB);
  return { curve: inSteps(grown, 1 / chunks), noise: 0, resource, bytes };
});

/** Leftovers of CI: steps on working days, few or none at night and at the weekend. */
const weekdayStaircase = filling('weekday-staircase', (random, days, fullAt) => {
  const pace = { hourSpread: 1.2, daySpread: 0.2, night: between(random, 0, 0.2), weekend: between(random, 0, 0.4) };
  return {
    curve: toFull(between(random, 0.25, 0.55), growth(random, days, fullAt, pace)),
    noise: logBetween(random, 0.001, 0.003),
  };
});

/** Nothing for weeks; then it leaks, and is full within days. */
const lateOnset = filling('late-onset', (random, days, fullAt) => {
  const onset = fullAt - between(random, 1.2, 5.5) * DAY_SECONDS;
  const pace = { hourSpread: 0.15, daySpread: 0.2, night: between(random, 0.3, 1) };
  return {
    curve: sum(
      toFull(
        between(random, 0.67, 0.81),
        growth(random, days, fullAt, pace, (at) => (at < onset ? 0 : 1)),
      ),
      wander(random, days, between(random, 0.003, 0.012), 36),
    ),
    noise: logBetween(random, 0.0002, 0.001),
  };
});

/** A loop that writes: from calm to full within hours. */
const runaway = filling('runaway', (random, days, fullAt) => {
  const onset = fullAt - logBetween(random, 2.4, 14) * HOUR_SECONDS;
  return {
    curve: sum(
      toFull(
        between(random, 0.3, 0.7),
        growth(random, days, fullAt, { hourSpread: 0.2, daySpread: 0 }, (at) => (at < onset ? 0 : 1)),
      ),
      wander(random, days, 0.002, 8),
    ),
    noise: logBetween(random, 0.001, 0.003),
  };
});

/** A leak that was given more room once, which only put it off. */
const resizedLeak = filling('leak-with-resize', (random, days, fullAt) => {
  const [from, more] = [between(random, 0.35, 0.6), between(random, 0.12, 0.45)];
  const grown = growth(random, days, fullAt, { hourSpread: 0.5, daySpread: 0.15, night: between(random, 0, 0.8) });
  const at = between(random, 0.15, 0.42) * (fullAt / DAY_SECONDS);
  return {
    curve: sum((moment) => from + (1 + more - from) * grown(moment), wander(random, days, 0.003, 8)),
    noise: logBetween(random, 0.0005, 0.002),
    resizes: [[at, 1 + more]],
  };
});

export const FILLING_FAMILIES: readonly Family[] = [
  slowLeak,
  sawtoothLeak,
  accelerating,
  chunkStaircase,
  weekdayStaircase,
  lateOnset,
  runaway,
  resizedLeak,
];
