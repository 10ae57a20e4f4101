import assert from 'node:assert/strict';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { type BeatOptions, beats } from './beats.ts';
import { Draw } from './draw.ts';
import { type Course, STEP_SECONDS } from './grid.ts';
import type { Kind } from './kinds.ts';

/** What a family decides of a trace; the rest is the same for all. */
export interface Plan {
  kind: Kind;
  /** Parts of the first capacity, a number a step. */
  level: Course;
  /** From a step on the capacity is so many times the first. */
  resizes?: readonly { step: number; factor: number }[];
  beats?: BeatOptions;
  /** By how much the clock is wrong at a moment, seconds. */
  clockOffset?: (at: number) => number;
}

export interface Recipe {
  name: string;
  exhausts: boolean;
  isRunaway?: boolean;
  /** A trace that fills when it must not, or does not when it must, is drawn anew. */
  plan: (draw: Draw, steps: number, days: number) => Plan;
}

/** Drawn anew at most so often. */
const MAX_TRIES = 200;
/** An exhausting trace is looked at for at least so much of its days before it is full. */
const LEAST_SHARE_BEFORE_FULL = 0.28;

export function family({ name, exhausts, isRunaway = false, plan }: Recipe): Family {
  const make = (random: () => number, days: number): Trace => {
    const draw = new Draw(random);
    const steps = Math.ceil((days * DAY_SECONDS) / STEP_SECONDS);
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const trace = traceOf(draw, name, plan(draw, steps, days), days);
      if (
        exhausts ? (trace.exhaustedAt ?? 0) > LEAST_SHARE_BEFORE_FULL * days * DAY_SECONDS : trace.exhaustedAt === null
      )
        return trace;
    }
    assert.fail(`no trace of ${name} came out as it should in ${MAX_TRIES} tries`);
  };
  return { name, exhausts, isRunaway, make };
}

function traceOf(draw: Draw, name: string, plan: Plan, days: number): Trace {
  const { kind, level, clockOffset = () => 0 } = plan;
  const capacityBytes = capacities(plan);
  const samples: Trace['samples'] = [];
  let [exhaustedAt, endsAt, resize]: [number | null, number, number] = [null, Number.POSITIVE_INFINITY, 0];
  for (const at of beats(draw, days * DAY_SECONDS, plan.beats)) {
    if (at > endsAt) break;
    while (resize + 1 < capacityBytes.length && (capacityBytes[resize + 1] as [number, number])[0] <= at) resize += 1;
    const capacity = (capacityBytes[resize] as [number, number])[1];
    const share = Math.max(0, level[Math.min(level.length - 1, Math.floor(at / STEP_SECONDS))] as number);
    const wanted = Math.ceil((share * kind.capacityBytes) / kind.unitBytes) * kind.unitBytes;
    const used = exhaustedAt === null ? Math.min(wanted, capacity) : capacity;
    samples.push([Math.max(0, at + Math.round(clockOffset(at))), used]);
    if (exhaustedAt !== null || used < capacity) continue;
    exhaustedAt = at;
    endsAt = at + draw.between(2, 12) * HOUR_SECONDS;
  }
  const id = `${name}-${Math.floor(draw.next() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')}`;
  return { id, family: name, resource: kind.resource, capacityBytes, samples, exhaustedAt };
}

/** The clock of capacities is right: only samples carry a wrong one. */
function capacities({ kind, resizes = [] }: Plan): Trace['capacityBytes'] {
  return [
    [0, kind.capacityBytes],
    ...resizes.map(({ step, factor }): [number, number] => [
      step * STEP_SECONDS,
      Math.max(1, Math.round((kind.capacityBytes * factor) / kind.unitBytes)) * kind.unitBytes,
    ]),
  ];
}
