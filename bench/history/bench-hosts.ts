import { randomBytes } from 'node:crypto';
import { type Layout, RESOURCES, SERIES, type SeriesName, type Snapshot } from '@silt/domain';
import type { DemoServices, RegisteredHost } from '@silt/services';
import { type SimulatedHost, simulatedFleet } from '@silt/simulator';

export const SERIES_A_HOST = 16;
export const COLLECTOR_VERSION = 'benchmark';
const SEED = 'bench';
/** About four of ten simulated hosts have 16 series or more and are there all the time. */
const FLEET_HOSTS_EACH = 4;
const PUBLIC_KEY_BYTES = 32;

export type BenchHost = RegisteredHost['host'];

const BLOCK_BYTES = 4_096;
const JITTER_BLOCKS = 2_048;

/**
 * The first of the simulated fleet that have 16 series or more and are there from the first day to the last, cut to 16:
 * what can run out with its capacity, then the others in their order.
 *
 * @param anchorAt end of their stories.
 */
export function benchHosts(count: number, { anchorAt, days }: { anchorAt: Date; days: number }): BenchHost[] {
  const from = anchorAt.getTime() - days * 86_400_000;
  const hosts = simulatedFleet({ seed: SEED, hosts: count * FLEET_HOSTS_EACH, anchorAt, historyDays: days })
    .filter(({ layouts }) => layouts.every(({ entries }) => entries.length >= SERIES_A_HOST))
    .filter(({ enrolledAt, silentSince }) => enrolledAt <= from && silentSince === null)
    .slice(0, count)
    .map(cutToSixteen);
  if (hosts.length < count) throw new Error(`the simulated fleet has ${hosts.length} of ${count} such hosts`);
  return hosts;
}

function cutToSixteen(host: SimulatedHost): BenchHost {
  const places = sixteenPlaces(host.layouts[0] as Layout);
  const cutLayouts = new Map(host.layouts.map((layout) => [layout, cutLayout(layout, places)]));
  return {
    ...{ facts: host.facts, tags: host.tags, enrolledAt: host.enrolledAt, layouts: [...cutLayouts.values()] },
    *history(range) {
      const readings = new Float64Array(SERIES_A_HOST);
      for (const beat of host.history(range)) {
        for (const [index, place] of places.entries()) readings[index] = beat.readings[place] as number;
        yield { takenAt: beat.takenAt, layout: beat.layout, readings };
      }
    },
    inventoriesBetween: (range) => host.inventoriesBetween(range),
    snapshot(now): Snapshot | null {
      const whole = host.snapshot(now);
      if (whole === null) return null;
      const layout = cutLayouts.get(whole.layout) as Layout;
      return { ...whole, layout, readings: places.map((place) => whole.readings[place] ?? null) };
    },
  };
}

const PAIRED = new Set<SeriesName>(Object.values(RESOURCES).flatMap(({ used, capacity }) => [used, capacity]));

/** Of all layouts of a host: places of readings stay. */
function sixteenPlaces({ entries }: Layout): number[] {
  const places = [...entries.keys()];
  const isPaired = (place: number): boolean => PAIRED.has((entries[place] as Layout['entries'][number]).series);
  const ordered = [...places.filter(isPaired), ...places.filter((place) => !isPaired(place))];
  return ordered.slice(0, SERIES_A_HOST).sort((one, other) => one - other);
}

const cutLayout = (layout: Layout, places: readonly number[]): Layout => ({
  ...layout,
  entries: places.map((place) => layout.entries[place] as Layout['entries'][number]),
});

const CAPACITIES = new Set<SeriesName>(Object.values(RESOURCES).map(({ capacity }) => capacity));

/**
 * The same host restless: each reading of bytes but capacities is up to 8 MiB higher, another at each beat. Simulated
 * levels go in straight lines for five minutes, which no real file system does.
 */
export function restless(host: BenchHost): BenchHost {
  const moves = (host.layouts[0]?.entries ?? []).map(
    ({ series }) => SERIES[series].unit === 'bytes' && !CAPACITIES.has(series),
  );
  return {
    ...host,
    *history(range) {
      for (const beat of host.history(range)) {
        for (const [place, isMoving] of moves.entries()) {
          if (isMoving) beat.readings[place] = (beat.readings[place] as number) + jitter(beat.takenAt, place);
        }
        yield beat;
      }
    },
  };
}

/** Multiples of a block, the same for the same moment and place (murmur3's last steps). */
function jitter(at: number, place: number): number {
  let hash = Math.imul(Math.floor(at / 1_000) + place * 97, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) % JITTER_BLOCKS) * BLOCK_BYTES;
}

/** Each with a key of its own that nobody has. */
export const registerBenchHosts = (
  demo: DemoServices,
  organisationId: string,
  hosts: readonly BenchHost[],
): Promise<RegisteredHost[]> =>
  demo.registerHosts({
    ...{ organisationId, hosts },
    publicKeys: new Map(hosts.map(({ facts }) => [facts.machineId, randomBytes(PUBLIC_KEY_BYTES)])),
  });
