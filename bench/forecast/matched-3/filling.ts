import { between, logBetween, pick, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { daily, growth, inChunks, isWeekend, isWorkHour, type Pace, saw } from './courses.ts';
import { type Course, GIB, noise, type Plan, type Range, record, sum, TIB } from './record.ts';

type Draw = (random: Random, host: Host) => Pick<Plan, 'used'> & Partial<Plan>;

/** Of each trace of a family that fills. */
interface Ranges {
  /** Used at first, share of the capacity. */
  from: Range;
  /** Days until it is full. */
  fullAfter: Range;
  /** How uneven its days are: deviation of the logarithm of what a day adds. */
  daySpread: Range;
  /** At the end it goes e^bend times as fast as at first. */
  bend: Range;
  /** It goes at this share of its pace outside work hours. */
  nights: Range;
  /** Deviation of readings, share of the capacity. */
  noise: Range;
  /** A day's swing up and down, share of the capacity. */
  swing: Range;
}

/** What was drawn of them. */
interface Host {
  size: number;
  from: number;
  fullBy: number;
  pace: Pace;
}

const SIZE: Range = [40 * GIB, 4 * TIB];
/** How uneven its hours are. */
const HOUR_SPREAD = 0.5;
/** Teeth differ by so much of their height. */
const UNEVEN = 0.2;

const fills = (name: string, ranges: Ranges, draw: Draw): Family => ({
  name,
  exhausts: true,
  isRunaway: name.includes('runaway'),
  make(random, days): Trace {
    const size = Math.round(logBetween(random, ...SIZE));
    const fullBy = Math.min(days - 0.5, between(random, ...ranges.fullAfter)) * DAY_SECONDS;
    const [bend, nights] = [between(random, ...ranges.bend), between(random, ...ranges.nights)];
    const weight = (hour: number): number =>
      Math.exp((bend * hour * HOUR_SECONDS) / fullBy) * (isWorkHour(hour) ? 1 : nights);
    const pace = { daySpread: between(random, ...ranges.daySpread), hourSpread: HOUR_SPREAD, weight };
    const plan = draw(random, { size, fullBy, pace, from: between(random, ...ranges.from) });
    const readings = noise(random, size * logBetween(random, ...ranges.noise));
    const used = sum(plan.used, daily(random, size * between(random, ...ranges.swing)), readings);
    const capacityBytes: Plan['capacityBytes'] = [[0, size]];
    return record(random, { family: name, resource: 'filesystem', capacityBytes, fullBy, ...plan, used }, days);
  },
});

/** From a share of the capacity up to all of it. */
const upFrom =
  ({ size, from }: Pick<Host, 'size' | 'from'>, course: Course): Course =>
  (at) =>
    size * (from + (1 - from) * course(at));

/** Calm until the last `seconds` before it is full. */
const onset = (random: Random, host: Host, seconds: number): Course => {
  const course = growth(random, seconds, host.pace);
  return upFrom(host, (at) => course(Math.max(0, at - (host.fullBy - seconds))));
};

/** Something is never deleted: as much each day, more or less. */
export const slowLeak = (ranges: Ranges): Family =>
  fills('slow-leak', ranges, (random, host) => ({ used: upFrom(host, growth(random, host.fullBy, host.pace)) }));

/** Logs that are rotated each day, and something that is not. */
export const leakUnderSawtooth = (ranges: Ranges & { teeth: Range }): Family =>
  fills('leak-under-sawtooth', ranges, (random, host) => {
    const teeth = saw(random, DAY_SECONDS, host.size * between(random, ...ranges.teeth), UNEVEN);
    return { used: sum(upFrom(host, growth(random, host.fullBy, host.pace)), teeth) };
  });

/** Each day takes more than the one before. */
export const accelerating = (ranges: Ranges): Family =>
  fills('accelerating', ranges, (random, host) => ({ used: upFrom(host, growth(random, host.fullBy, host.pace)) }));

/** Space is taken in pieces: btrfs takes chunks, a thin pool takes extents. `chunk` is a share of the capacity. */
export const chunkStaircase = (ranges: Ranges & { chunk: Range }): Family =>
  fills('chunk-staircase', ranges, (random, host) => {
    const leak = upFrom(host, growth(random, host.fullBy, host.pace));
    const chunk = host.size * logBetween(random, ...ranges.chunk);
    return { resource: pick(random, ['btrfs-unallocated', 'thin-data']), used: inChunks(leak, chunk) };
  });

/** What CI leaves behind on workdays; at weekends it goes at a share of that pace. */
export const weekdayStaircase = (ranges: Ranges & { weekends: Range }): Family =>
  fills('weekday-staircase', ranges, (random, host) => {
    const [firstDay, weekends] = [wholeBetween(random, 0, 6), between(random, ...ranges.weekends)];
    const weight = (hour: number): number => (isWeekend(hour, firstDay) ? weekends : 1) * host.pace.weight(hour);
    return { used: upFrom(host, growth(random, host.fullBy, { ...host.pace, weight })) };
  });

/** Nothing for days or weeks; then something begins that takes days. */
export const lateOnset = (ranges: Ranges & { takesHours: Range }): Family =>
  fills('late-onset', ranges, (random, host) => ({
    used: onset(random, host, logBetween(random, ...ranges.takesHours) * HOUR_SECONDS),
  }));

/** A debug log, a dump that loops: from calm to full within hours. */
export const runaway = (ranges: Ranges & { takesHours: Range }): Family =>
  fills('runaway', ranges, (random, host) => ({
    used: onset(random, host, logBetween(random, ...ranges.takesHours) * HOUR_SECONDS),
  }));

/** Someone makes it larger when it has got to `fillThen`, and the leak goes on. */
export const leakWithResize = (ranges: Ranges & { fillThen: Range; larger: Range }): Family =>
  fills('leak-with-resize', ranges, (random, host) => {
    const before = Math.round(host.size / between(random, ...ranges.larger));
    const from = host.from * (before / host.size);
    const used = upFrom({ size: host.size, from }, growth(random, host.fullBy, host.pace));
    const goal = before * Math.max(between(random, ...ranges.fillThen), host.from);
    let hour = 1;
    while (used(hour * HOUR_SECONDS) < goal) hour += 1;
    const capacityBytes: Plan['capacityBytes'] = [
      [0, before],
      [hour * HOUR_SECONDS, host.size],
    ];
    return { capacityBytes, used };
  });
