import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceFindings,
  type Evidence,
  type Finding,
  type KeptFinding,
  type Look,
  MISSING_FACTS,
  muteFinding,
  RESOLVE_AFTER_LOOKS,
  RESOLVE_AFTER_MILLISECONDS,
  SEVERITIES,
  unmuteFinding,
} from '../../src/findings/index.ts';
import { findingOf, lookOf, NOW } from './lifecycle-looks.ts';

const RULES = ['fs-full', 'inodes-low', 'thin-data'];
const SUBJECTS = ['fs:/', 'fs:/srv', '', 'fs-full\nfs:/', '__proto__', '卷'];

/** As JSON has it: without prototypes of another kind, and negative zeros. */
const plain = (evidence: unknown): Evidence => JSON.parse(JSON.stringify(evidence));

const finding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.constantFrom(...RULES),
  subject: fc.constantFrom(...SUBJECTS),
  storeKey: fc.constantFrom(null, 'fs:/', 'fs:/srv'),
  severity: fc.constantFrom(...SEVERITIES),
  evidence: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map(plain),
});
const cannotTell = fc.record({
  rule: fc.constantFrom(...RULES),
  subject: fc.constantFrom(null, ...SUBJECTS),
  missing: fc.constantFrom(...MISSING_FACTS),
});
const promised = fc.record({
  bytes: fc.double({ min: 0, max: 2 ** 50, noNaN: true }),
  series: fc.constantFrom('usedBytes', 'unallocatedBytes'),
  rises: fc.boolean(),
});
const reading = fc.option(fc.double({ min: 0, max: 2 ** 50, noNaN: true }));

/** A look so much later than the one before; now and then one that is earlier. */
const step = fc.record({
  milliseconds: fc.oneof(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: -300_000, max: 7_200_000 })),
  findings: fc.array(finding, { maxLength: 6 }),
  cannotTell: fc.array(cannotTell, { maxLength: 3 }),
  rules: fc.subarray(RULES).map((rules) => new Set(rules)),
  promised: fc.option(promised),
  reading,
  /** What a person does before it. */
  act: fc.constantFrom('nothing', 'nothing', 'mute', 'mute for an hour', 'unmute'),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const keyOf = ({ rule, subject }: Pick<KeptFinding, 'rule' | 'subject'>): string => JSON.stringify([rule, subject]);

function acted(kept: KeptFinding, act: Step['act'], now: number): KeptFinding {
  if (act === 'nothing' || kept.state === 'resolved') return kept;
  if (act === 'unmute') return unmuteFinding(kept, now);
  const until = act === 'mute' ? null : now + 3_600_000;
  return muteFinding(kept, { reason: 'known', until, at: now, by: 'user-1' });
}

/** What is kept after the steps, and the last look. */
function after(steps: readonly Step[]): { kept: KeptFinding[]; look: Look } {
  let kept = new Map<string, KeptFinding>();
  let look = lookOf(NOW, 'nothing');
  for (const { milliseconds, promised: promise, reading: value, act, ...said } of steps) {
    look = { ...said, now: look.now + milliseconds, promiseOf: () => promise, readingOf: () => value };
    kept = new Map([...kept].map(([key, one]) => [key, acted(one, act, look.now)]));
    for (const { finding: next } of advanceFindings([...kept.values()], look)) kept.set(keyOf(next), next);
  }
  return { kept: [...kept.values()], look };
}

const steps = fc.array(step, { minLength: 1, maxLength: 12 });
const emptyLook = (now: number): Look => ({ ...lookOf(now, 'nothing'), rules: new Set(RULES) });

describe('whatever looks say, and people do', () => {
  test('there are never two rows of one rule and subject', () => {
    fc.assert(
      fc.property(steps, step, (before, { milliseconds, ...said }) => {
        const { kept, look } = after(before);
        const next = { ...look, ...said, now: look.now + milliseconds };
        const keys = advanceFindings(kept, next).map((one) => keyOf(one.finding));
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test('what is kept agrees with its state', () => {
    fc.assert(
      fc.property(steps, (before) => {
        for (const one of after(before).kept) {
          const isResolved = one.state === 'resolved';
          expect(one.resolvedAt !== null).toBe(isResolved);
          expect(one.mute !== null).toBe(one.state === 'muted');
          expect(one.missedSince !== null).toBe(one.missedLooks > 0);
          if (isResolved) expect([one.missedSince, one.blind, one.milderSince]).toEqual([null, null, null]);
          else expect(one.freedBytes).toBeNull();
          if (one.state === 'reopened') expect(one.timesReopened).toBeGreaterThan(0);
          if (one.state === 'new') expect([one.timesReopened, one.severity]).not.toContain('critical');
          expect(one.firstSeenAt).toBeLessThanOrEqual(one.standsSince);
          expect(one.standsSince).toBeLessThanOrEqual(one.lastSeenAt);
          expect(one.lastSeenAt).toBeLessThanOrEqual(one.resolvedAt ?? one.lastSeenAt);
        }
      }),
    );
  });

  test('the same look again changes nothing, and tells nothing', () => {
    fc.assert(
      fc.property(steps, (before) => {
        const { kept, look } = after(before);
        expect(advanceFindings(kept, look)).toEqual([]);
      }),
    );
  });

  test('what was told and what was not is a change of the row', () => {
    fc.assert(
      fc.property(steps, step, (before, { milliseconds, ...said }) => {
        const { kept, look } = after(before);
        for (const next of advanceFindings(kept, { ...look, ...said, now: look.now + milliseconds })) {
          const was = kept.find((one) => keyOf(one) === keyOf(next.finding));
          const { state } = next.finding;
          const isTold = state !== was?.state && state !== 'new' && !(was?.state === 'new' && state === 'resolved');
          if (isTold) expect(next.changes).not.toEqual([]);
          expect(next.finding).not.toEqual(was);
          expect(new Set(next.changes).size).toBe(next.changes.length);
        }
      }),
    );
  });

  test('to JSON and back is the identity', () => {
    fc.assert(
      fc.property(steps, (before) => {
        const { kept } = after(before);
        expect(JSON.parse(JSON.stringify(kept))).toStrictEqual(kept);
      }),
    );
  });

  test('the order of findings of different subjects is no matter', () => {
    fc.assert(
      fc.property(steps, fc.uniqueArray(finding, { selector: keyOf, maxLength: 6 }), (before, findings) => {
        const { kept, look } = after(before);
        const inOrder = advanceFindings(kept, { ...look, findings });
        const reversed = advanceFindings(kept, { ...look, findings: findings.toReversed() });
        expect(new Map(reversed.map((one) => [keyOf(one.finding), one]))).toEqual(
          new Map(inOrder.map((one) => [keyOf(one.finding), one])),
        );
      }),
    );
  });
});

describe('in the end', () => {
  const laterLooks = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 20 });

  test('a finding that each look has never resolves', () => {
    fc.assert(
      fc.property(steps, laterLooks, fc.constantFrom(...SEVERITIES), (before, gaps, severity) => {
        let { kept, look } = after(before);
        let { now } = look;
        for (const gap of gaps) {
          now += gap;
          look = { ...emptyLook(now), findings: [findingOf(severity)] };
          const next = advanceFindings(kept, look).map((one) => one.finding);
          const others = kept.filter((one) => !next.some((other) => keyOf(other) === keyOf(one)));
          kept = [...others, ...next];
          // A look that is earlier than one that a finding knows of leaves it as it is.
          const known = kept.filter((one) => keyOf(one) === keyOf(findingOf(severity)) && one.lastSeenAt === now);
          for (const { state } of known) expect(state).not.toBe('resolved');
        }
      }),
    );
  });

  test('one that is gone for long enough, in looks that can tell, always resolves', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 3_600_000 }), (before, more) => {
        let { kept, look } = after(before);
        // Behind all that is known, as time may have gone back.
        let now = Math.max(
          look.now,
          ...kept.flatMap((one) => [one.lastSeenAt, one.resolvedAt ?? 0, one.blind?.since ?? 0]),
        );
        now = Math.max(now, ...kept.map((one) => one.missedSince ?? 0));
        for (let looks = 0; looks < RESOLVE_AFTER_LOOKS; looks += 1) {
          now += looks === 0 ? 1 : RESOLVE_AFTER_MILLISECONDS + more;
          look = emptyLook(now);
          const next = new Map(advanceFindings(kept, look).map((one) => [keyOf(one.finding), one.finding]));
          kept = kept.map((one) => next.get(keyOf(one)) ?? one);
        }
        expect(kept.filter((one) => one.state !== 'resolved')).toEqual([]);
      }),
    );
  });
});
