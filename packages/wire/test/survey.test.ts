import type { Inventory } from '@silt/domain';
import { simulatedFleet } from '@silt/simulator';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import { MAX_SURVEY_ENTRIES, parseSurvey, type surveySchema } from '../src/v1/survey-schema/index.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');
const surveys = simulatedFleet({ seed: 'survey', anchorAt: NOW }).flatMap((host) => host.inventory(NOW) ?? []);
const sent = (inventory: Inventory): Record<string, unknown> => JSON.parse(JSON.stringify(inventory));
const [first] = surveys as [Inventory];

test('every field of an inventory is in its schema, and no other one', () => {
  expectTypeOf<z.output<typeof surveySchema>>().toExtend<Inventory>();
  expectTypeOf<Inventory>().toExtend<z.output<typeof surveySchema>>();
});

test('what simulated hosts tell comes through as it was', () => {
  expect(surveys.length).toBeGreaterThan(30);
  for (const inventory of surveys)
    expect(parseSurvey(sent(inventory))).toEqual({ ok: true, inventory: sent(inventory) });
});

test('fields that this version does not know are dropped', () => {
  const parsed = parseSurvey({ ...sent(first), later: { on: 1 } });
  expect(parsed).toEqual({ ok: true, inventory: sent(first) });
});

describe('refused, with the place', () => {
  test.each(Object.keys(first))('%s that is missing', (key) => {
    const { [key]: _, ...rest } = sent(first);
    expect(parseSurvey(rest)).toEqual({ ok: false, reason: expect.stringMatching(new RegExp(`^${key}: `)) });
  });

  test.each([[[]], ['text'], [1], [null], [undefined], [new Map()]])('%o in place of an inventory', (value) => {
    expect(parseSurvey(value)).toMatchObject({ ok: false });
  });

  test('a list that is too long', () => {
    const leaks = Array.from({ length: MAX_SURVEY_ENTRIES + 1 }, () => null);
    expect(parseSurvey({ ...sent(first), leaks })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^leaks/),
    });
  });

  test('a number that is not exact', () => {
    expect(parseSurvey({ ...sent(first), maxUserNamespaces: 2 ** 53 })).toEqual({
      ok: false,
      reason: expect.stringMatching(/^maxUserNamespaces: /),
    });
  });

  test('names of the prototype change nothing', () => {
    const hostile = JSON.parse(`{"__proto__": {"devices": null}, "constructor": {"prototype": {"polluted": 1}}}`);
    expect(parseSurvey(hostile)).toMatchObject({ ok: false });
    expect('polluted' in {}).toBe(false);
  });
});
