import { type Layout, type Reading, type ResourceName, resourceFills, type SeriesName } from '@silt/domain';
import { type SimulatedHost, simulatedFleet } from '../src/index.ts';

export const DAY_MILLISECONDS = 86_400_000;
/** A Friday afternoon. */
export const ANCHOR = new Date('2026-03-13T14:20:31Z');

export const hostNamed = (name: string, anchorAt: Date = ANCHOR, seed = 'a'): SimulatedHost => {
  const host = simulatedFleet({ seed, anchorAt }).find(({ facts }) => facts.name === name);
  if (!host) throw new Error(`there is no ${name}`);
  return host;
};

/** One beat with names to its numbers. */
export class View {
  readonly layout: Layout;
  readonly #values = new Map<string, Reading>();

  constructor(layout: Layout, readings: ArrayLike<Reading>) {
    this.layout = layout;
    layout.entries.forEach(({ storeKey, series }, place) => {
      this.#values.set(`${storeKey} ${series}`, readings[place] ?? null);
    });
  }

  get(storeKey: string, series: SeriesName): number {
    const value = this.#values.get(`${storeKey} ${series}`);
    if (value === undefined || value === null) throw new Error(`${storeKey} has no ${series}`);
    return value;
  }

  keyOf(name: string): string {
    const store = this.layout.stores.find((one) => one.name === name);
    if (!store) throw new Error(`there is no store ${name}`);
    return store.key;
  }

  fill(name: string, resource: ResourceName): number {
    const key = this.keyOf(name);
    const readings = this.layout.entries.map(
      ({ storeKey, series }) => this.#values.get(`${storeKey} ${series}`) ?? null,
    );
    const found = resourceFills(this.layout, readings).find((one) => one.storeKey === key && one.resource === resource);
    if (!found) throw new Error(`${name} has no ${resource}`);
    return found.fill;
  }
}

export function viewAt(host: SimulatedHost, at: number): View {
  const snapshot = host.snapshot(new Date(at));
  if (!snapshot) throw new Error(`${host.facts.name} sends nothing at ${new Date(at).toISOString()}`);
  return new View(snapshot.layout, snapshot.readings);
}
