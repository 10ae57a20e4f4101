import { expect, test, vi } from 'vitest';
import { OWN_FAMILIES } from '../forecast/families/index.ts';
import { DAY_SECONDS, type Trace } from '../forecast/family.ts';
import { makeTrace } from '../forecast/family-sets.ts';
import { isRunaway } from '../forecast/measures.ts';
import { parseTrace } from '../forecast/trace-file.ts';

/** Long replays: where much else runs each takes its time. */
vi.setConfig({ testTimeout: 60_000 });

const TRACES = 4;
const MAX_TAIL_SECONDS = DAY_SECONDS / 2;

const tracesOf = (name: string, seed = 'families'): Trace[] => {
  const family = OWN_FAMILIES.find((one) => one.name === name);
  if (!family) throw new Error(`no ${name}`);
  return Array.from({ length: TRACES }, (_, index) => makeTrace('own', family, seed, index));
};

const capacityAt = ({ capacityBytes }: Trace, at: number): number =>
  (capacityBytes.findLast(([since]) => since <= at) ?? capacityBytes[0])?.[1] as number;

const NAMES = OWN_FAMILIES.map(({ name }) => name);

test('each family has a name of its own', () => {
  expect(new Set(NAMES).size).toBe(NAMES.length);
});

test('a family that fills within hours is known by its name, so that a file of traces tells it too', () => {
  for (const family of OWN_FAMILIES) expect(isRunaway(family.name)).toBe(family.isRunaway);
});

test.each(NAMES)('%s: a seed makes the same traces again, another seed others', (name) => {
  expect(tracesOf(name)).toEqual(tracesOf(name));
  expect(tracesOf(name, 'others')).not.toEqual(tracesOf(name));
});

test.each(NAMES)(
  '%s: it is exhausted at its first sample that reaches the capacity, and only where it should be',
  (name) => {
    const { exhausts } = OWN_FAMILIES.find((one) => one.name === name) as { exhausts: boolean };
    for (const trace of tracesOf(name)) {
      const full = trace.samples.find(([at, used]) => used >= capacityAt(trace, at));
      expect(trace.exhaustedAt).toBe(full?.[0] ?? null);
      expect(trace.exhaustedAt !== null).toBe(exhausts);
      if (trace.exhaustedAt === null) continue;
      expect(trace.exhaustedAt).toBeGreaterThan(8 * DAY_SECONDS);
      expect((trace.samples.at(-1) as [number, number])[0] - trace.exhaustedAt).toBeLessThanOrEqual(MAX_TAIL_SECONDS);
    }
  },
);

test.each(NAMES)('%s: traces are whole seconds and bytes, no more than there is, as the format says', (name) => {
  for (const trace of tracesOf(name)) {
    expect(parseTrace(JSON.stringify(trace), 1)).toEqual(trace);
    expect(trace.samples.length).toBeGreaterThan(100);
    for (const [at, used] of trace.samples) {
      if (Number.isInteger(at) && Number.isInteger(used) && used >= 0 && used <= capacityAt(trace, at)) continue;
      expect.fail(`${trace.id} has ${used} at ${at}`);
    }
  }
});

test('clocks are set back in traces of clock steps', () => {
  const isSetBack = ({ samples }: Trace): boolean =>
    samples.some(([at], place) => place > 0 && at < (samples[place - 1] as [number, number])[0]);
  expect(tracesOf('clock-steps').some(isSetBack)).toBe(true);
});
