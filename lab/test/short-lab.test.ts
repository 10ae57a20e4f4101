import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COLLECTOR_BUNDLE } from '../src/collector-bundle.ts';
import { Lab } from '../src/lab.ts';
import { callCollector, type Look } from '../src/look.ts';
import { missingForLab } from '../src/programs.ts';
import { dockerOn } from '../src/scenarios/docker-on.ts';
import { leakedMount } from '../src/scenarios/leaked-mount.ts';

const SCENARIO_MILLISECONDS = 120_000;
const reason = missingForLab();

/** The short form of `npm run lab`: the collector's bundle on storage and daemons that are built here. */
describe.skipIf(reason !== null)(`the lab${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  let lab: Lab;
  let looked: string[];
  beforeEach(() => {
    lab = new Lab();
    looked = [];
  });
  afterEach(() => lab.close(), SCENARIO_MILLISECONDS);

  const look: Look = async (moment, sockets, compare) => {
    looked.push(moment);
    const checks = compare(JSON.parse(await callCollector({ bundle: COLLECTOR_BUNDLE, sockets, json: true })));
    const wrong = checks.filter(({ built, seen }) => !isDeepStrictEqual(built, seen));
    expect(checks.length).toBeGreaterThan(0);
    expect(wrong, moment).toEqual([]);
  };

  test(
    'Docker on btrfs, a nested daemon in it and what it leaves are seen as they were built',
    async () => {
      await dockerOn('btrfs')(lab, look);
      expect(looked).toEqual(['normal use', 'a nested daemon at work', 'its container removed without -v']);
    },
    SCENARIO_MILLISECONDS,
  );

  test(
    'a mount that leaked into a private namespace, and a file held open there, are seen with who holds them',
    async () => {
      await leakedMount(lab, look);
      expect(looked).toEqual(['both containers running', 'one killed, one removed']);
    },
    SCENARIO_MILLISECONDS,
  );
});
