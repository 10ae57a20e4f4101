import type { Inventory } from '@silt/domain';
import { parseSurvey } from '@silt/wire/survey';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kernel } from './faked-kernel.ts';
import { IncidentHost } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const DIND = '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c';
const captures: Record<string, (host: IncidentHost) => Promise<void>> = {
  'docker-in-docker, running': async (one) => {
    await hosts.putDindStep(one, 2);
    hosts.startNestedOnBtrfs(one, 25_683, DIND);
  },
  'docker-in-docker, its volume left': (one) => hosts.putDindStep(one, 3),
  'docker-in-docker, a removal broken off': (one) => hosts.putDindStep(one, 4),
  'a leaked overlay': hosts.putOverlayLeak,
  'mount flags': hosts.putMountFlags,
  'two daemons': async (one) => {
    await hosts.putOuterDaemon(one);
    hosts.startOtherDaemons(one);
  },
  'devicemapper, three running': (one) => hosts.putThinStep(one, 'B02-three-running'),
  'devicemapper, full': (one) => hosts.putThinStep(one, 'B15-fill'),
  'btrfs, exhausted': (one) => hosts.putExhaustionSample(one, 67),
};

async function surveyOf(name: string, options: { dockerSizes?: boolean } = {}): Promise<Inventory> {
  await captures[name]?.(host);
  return (await host.look(options)).inventory;
}

const sent = (inventory: Inventory): unknown => JSON.parse(JSON.stringify(inventory));

describe('a survey of captured hosts', () => {
  test.each(Object.keys(captures))('%s comes through as it was read', async (name) => {
    const inventory = await surveyOf(name, { dockerSizes: true });
    expect(parseSurvey(sent(inventory))).toEqual({ ok: true, inventory });
  });

  test('any one value of another type is refused with its place, or is one that may be so; nothing is thrown', async () => {
    const inventory = await surveyOf('docker-in-docker, running', { dockerSizes: true });
    let refused = 0;
    for (const path of leavesOf(inventory)) {
      for (const wrong of [null, -1, 1.5, 'x\0', '\ud800', {}, [null], undefined]) {
        const edited = sent(inventory);
        put(edited, path, wrong);
        const parsed = parseSurvey(edited);
        if (parsed.ok) continue;
        refused += 1;
        expect(parsed.reason).toMatch(/^[a-zA-Z]+(\[\d+\])?(\.|:)/);
        expect(parsed.reason.length).toBeLessThanOrEqual(256);
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

type Path = (string | number)[];

/** Of each list the first entry alone. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : leavesOf(value[0], [...path, 0]);
  if (value === null || typeof value !== 'object') return [path];
  return [
    ...(path.length === 0 ? [] : [path]),
    ...Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key])),
  ];
}

function put(value: unknown, path: Path, wrong: unknown): void {
  const [first, ...rest] = path as [string, ...Path];
  const holder = value as Record<string, unknown>;
  if (rest.length > 0) put(holder[first], rest, wrong);
  else if (wrong === undefined) delete holder[first];
  else holder[first] = wrong;
}
