import { expect, test } from 'vitest';
import { DAY_SECONDS, type Family, type Trace } from '../forecast/family.ts';
import { FAMILY_SETS, makeTrace, type SetName } from '../forecast/family-sets.ts';
import { isRunaway } from '../forecast/measures.ts';
import { parseTrace } from '../forecast/trace-file.ts';

const TRACES = 4;
const MAX_TAIL_SECONDS = 2 * DAY_SECONDS;
/** What was calm for less is no past. Leaks of `matched-5` may be full after three days. */
const minPastSeconds = ({ set, family: { isRunaway } }: Place): number =>
  (set === 'matched-5' ? 2.5 : isRunaway ? 4 : 8) * DAY_SECONDS;

interface Place {
  set: SetName;
  name: string;
  family: Family;
}

/** `held-out-families.test.ts` has those of `held-out`. */
const SETS = [
  'own',
  'control',
  'matched-1',
  'matched-2',
  'matched-3',
  'matched-4',
  'matched-5',
  'matched-6',
  'matched-7',
  'matched-8',
  'matched-9',
  'matched-10',
] as const;
const PLACES = SETS.flatMap((set) => FAMILY_SETS[set].map((family): Place => ({ set, name: family.name, family })));

const SEED = 'families';
const makeTraces = ({ set, family }: Place, seed: string): Trace[] =>
  Array.from({ length: TRACES }, (_, index) => makeTrace(set, family, seed, index));

const made = new Map<Place, Trace[]>();
function tracesOf(place: Place): Trace[] {
  const traces = made.get(place) ?? makeTraces(place, SEED);
  made.set(place, traces);
  return traces;
}

const capacityAt = ({ capacityBytes }: Trace, at: number): number =>
  (capacityBytes.findLast(([since]) => since <= at) ?? capacityBytes[0])?.[1] as number;

test.each(SETS)('each family of %s has a name of its own', (set) => {
  const names = FAMILY_SETS[set].map(({ name }) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names).size).toBe(names.length);
});

test('a family that fills within hours is known by its name, so that a file of traces tells it too', () => {
  for (const { family } of PLACES) expect(isRunaway(family.name)).toBe(family.isRunaway);
});

test.each(PLACES)('$set $name: a seed makes the same traces again, another seed others', (place) => {
  const traces = JSON.stringify(tracesOf(place));
  expect(JSON.stringify(makeTraces(place, SEED)) === traces).toBe(true);
  expect(JSON.stringify(makeTraces(place, 'others')) === traces).toBe(false);
});

test.each(PLACES)(
  '$set $name: it is exhausted at its first sample that reaches the capacity, and only where it should be',
  (place) => {
    for (const trace of tracesOf(place)) {
      const full = trace.samples.find(([at, used]) => used >= capacityAt(trace, at));
      expect(trace.exhaustedAt).toBe(full?.[0] ?? null);
      expect(trace.exhaustedAt !== null).toBe(place.family.exhausts);
      if (trace.exhaustedAt === null) continue;
      expect(trace.exhaustedAt).toBeGreaterThan(minPastSeconds(place));
      expect((trace.samples.at(-1) as [number, number])[0] - trace.exhaustedAt).toBeLessThanOrEqual(MAX_TAIL_SECONDS);
    }
  },
);

test.each(PLACES)(
  '$set $name: traces are whole seconds and bytes, no more than there is, as the format says',
  (place) => {
    for (const trace of tracesOf(place)) {
      const line = JSON.stringify(trace);
      expect(JSON.stringify(parseTrace(line, 1)) === line).toBe(true);
      expect(trace.samples.length).toBeGreaterThan(100);
      for (const [at, used] of trace.samples) {
        if (Number.isInteger(at) && Number.isInteger(used) && used >= 0 && used <= capacityAt(trace, at)) continue;
        expect.fail(`${trace.id} has ${used} at ${at}`);
      }
    }
  },
);

test('clocks are set back in traces of clock steps', () => {
  const isSetBack = ({ samples }: Trace): boolean =>
    samples.some(([at], place) => place > 0 && at < (samples[place - 1] as [number, number])[0]);
  const place = PLACES.find(({ name }) => name === 'clock-steps');
  if (!place) throw new Error('no clock-steps');
  expect(tracesOf(place).some(isSetBack)).toBe(true);
});
