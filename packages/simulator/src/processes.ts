import { dayOf, isWorkday, STEPS_A_DAY, STEPS_AN_HOUR, workdaysBefore } from './calendar.ts';
import { noise } from './random.ts';

/** What one cause adds to a number at a step, in bytes or counts. Pure: no memory, so that any step can be asked. */
export type Process = (step: number) => number;

export const steady =
  (amount: number): Process =>
  () =>
    amount;

export function sum(...parts: readonly Process[]): Process {
  return (step) => {
    let total = 0;
    for (const part of parts) total += part(step);
    return total;
  };
}

/** The same course, scaled so that it is `amount` at a step. It must not be zero there. */
export function reaching(process: Process, at: number, amount: number): Process {
  const factor = amount / process(at);
  return (step) => process(step) * factor;
}

const daysSince = (from: number, step: number): number => Math.max(0, step - from) / STEPS_A_DAY;

/** A slow leak; shrinks where `perDay` is negative. */
export function linear({ from, perDay }: { from: number; perDay: number }): Process {
  return (step) => daysSince(from, step) * perDay;
}

/** Growth that levels off at `amount`; two thirds of it in `days`. */
export function levellingOff({ from, amount, days }: { from: number; amount: number; days: number }): Process {
  return (step) => amount * (1 - Math.exp(-daysSince(from, step) / days));
}

/** Grows with the square of time, to `amount` after `days`. */
export function accelerating({ from, amount, days }: { from: number; amount: number; days: number }): Process {
  return (step) => amount * (daysSince(from, step) / days) ** 2;
}

/** Up by `amount` within `hours`, then flat. */
export function jump({ at, amount, hours }: { at: number; amount: number; hours: number }): Process {
  return (step) => amount * Math.min(1, Math.max(0, (step - at) / (hours * STEPS_AN_HOUR)));
}

const WORK_BEGINS_HOUR = 7;
const WORK_HOURS = 14;

/** What each of some runs a workday leaves behind for ever: a staircase that rests at night and at weekends. */
export function workdayRuns(options: { from: number; perRun: number; runsADay: number }): Process {
  const { from, perRun, runsADay } = options;
  const runsBefore = (step: number): number => {
    const day = dayOf(step);
    const hour = (step - day * STEPS_A_DAY) / STEPS_AN_HOUR;
    const share = Math.min(1, Math.max(0, (hour - WORK_BEGINS_HOUR) / WORK_HOURS));
    return workdaysBefore(day) * runsADay + (isWorkday(day) ? Math.floor(share * runsADay) : 0);
  };
  const first = runsBefore(from);
  return (step) => perRun * Math.max(0, runsBefore(step) - first);
}

const rise = (share: number): number => share * share * (3 - 2 * share);

/** Fills up over a day and is cleaned away at `hour` UTC; at weekends there is less to clean. */
export function nightlyPrune({ perDay, hour, key }: { perDay: number; hour: number; key: number }): Process {
  return (step) => {
    const sincePrune = step - hour * STEPS_AN_HOUR;
    const day = dayOf(sincePrune);
    const busy = (isWorkday(day) ? 0.8 : 0.2) + 0.2 * noise(key, day);
    return perDay * busy * rise((sincePrune - day * STEPS_A_DAY) / STEPS_A_DAY);
  };
}

/** High in working hours, low at night and at weekends. */
export function workingHours({ amount, key }: { amount: number; key: number }): Process {
  return (step) => {
    const day = dayOf(step);
    const hour = (step - day * STEPS_A_DAY) / STEPS_AN_HOUR;
    const height = Math.max(0, Math.sin(((hour - WORK_BEGINS_HOUR) / WORK_HOURS) * Math.PI));
    return amount * height * (isWorkday(day) ? 0.7 + 0.3 * noise(key, day) : 0.15);
  };
}

/** Logs that grow until they are rotated away. */
export function rotation({ perDay, everyDays, key }: { perDay: number; everyDays: number; key: number }): Process {
  const period = everyDays * STEPS_A_DAY;
  const phase = Math.floor(noise(key, 0) * period);
  return (step) => (((step + phase) % period) / STEPS_A_DAY) * perDay;
}

const BURST_RISE_STEPS = 6;

/** On some days something large comes within half an hour, and goes again over some hours. */
export function bursts({ amount, chance, key }: { amount: number; chance: number; key: number }): Process {
  const burstOfDay = (day: number, step: number): number => {
    if (noise(key, 3 * day) >= chance) return 0;
    const since = step - day * STEPS_A_DAY - Math.floor(noise(key, 3 * day + 1) * STEPS_A_DAY);
    const steps = (3 + 5 * noise(key, 3 * day + 2)) * STEPS_AN_HOUR;
    if (since < 0 || since > BURST_RISE_STEPS + steps) return 0;
    return amount * (since < BURST_RISE_STEPS ? since / BURST_RISE_STEPS : 1 - (since - BURST_RISE_STEPS) / steps);
  };
  return (step) => {
    const day = dayOf(step);
    return burstOfDay(day - 1, step) + burstOfDay(day, step);
  };
}

/** Small movement without a direction, 0 … `amount`, that turns about every `hours`. */
export function wander({ amount, hours, key }: { amount: number; hours: number; key: number }): Process {
  const width = hours * STEPS_AN_HOUR;
  return (step) => {
    const cell = Math.floor(step / width);
    const low = noise(key, cell);
    return amount * (low + (noise(key, cell + 1) - low) * rise(step / width - cell));
  };
}
