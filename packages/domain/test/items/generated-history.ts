import fc from 'fast-check';
import type { Item, ItemRun, Scope } from '../../src/index.ts';
import { item, scope, sized } from './make.ts';

const NESTED = `docker:${'a'.repeat(64)}:/run/docker.sock`;
/** A host's own daemon, one in a container, and a probe that is one scope. */
export const SCOPE_NAMES = ['docker containers docker:/run/docker.sock', `docker containers ${NESTED}`, 'devices'];
const THINGS = 4;
const MIB = 2 ** 20;

/** One slow beat: what is there, and what was read of it. */
export interface Beat {
  world: Item[];
  run: ItemRun;
  /** The collector was started again before it; what the beat before told got lost. */
  isRestarted: boolean;
  isLost: boolean;
}

/** Sizes some steps apart, and within one. */
const bytes = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 8 }).map((count) => count * MIB * 3),
  fc.integer({ min: 50 * MIB, max: 50 * MIB + 3_000 }),
);
const thing = fc.option(fc.record({ bytes, state: fc.constantFrom('running', 'exited', null) }), { nil: null });
const scopeRead = fc.record({
  /** `absent`: the run does not name it. */
  status: fc.constantFrom('complete', 'complete', 'partial', 'not-read', 'absent'),
  things: fc.array(thing, { minLength: THINGS, maxLength: THINGS }),
  /** Which of them a partial read sees. */
  seen: fc.array(fc.boolean(), { minLength: THINGS, maxLength: THINGS }),
});
const beat = fc.record({
  scopes: fc.tuple(...SCOPE_NAMES.map(() => scopeRead)),
  docker: fc.constantFrom('complete', 'partial', 'not-read'),
  isRestarted: fc.nat({ max: 5 }).map((n) => n === 0),
  isLost: fc.nat({ max: 5 }).map((n) => n === 0),
});

type Drawn = typeof beat extends fc.Arbitrary<infer One> ? One : never;

/** Beats of a host; the last one reads everything. */
export const history: fc.Arbitrary<Beat[]> = fc
  .array(beat, { minLength: 2, maxLength: 12 })
  .map((beats) => beats.map((one, place) => beatOf(one, place === beats.length - 1)));

function beatOf({ scopes: drawn, docker, ...flags }: Drawn, isLast: boolean): Beat {
  const dockerStatus = isLast ? 'complete' : docker;
  const scopes: Scope[] = [scope('docker', dockerStatus as Scope['status'])];
  const world: Item[] = [];
  const items: Item[] = [];
  for (const [place, one] of drawn.entries()) {
    const name = SCOPE_NAMES[place] ?? '';
    const status = isLast ? 'complete' : one.status;
    const own = one.things.map((thing, number) => thing && itemOf(name, number, thing));
    // A nested daemon that a full list of daemons does not have is gone with all it had.
    const isGone = status === 'absent' && name.includes(NESTED) && dockerStatus === 'complete';
    if (!isGone) world.push(...own.filter((thing) => thing !== null));
    if (status === 'absent') continue;
    scopes.push(scope(name, status as Scope['status']));
    if (status === 'not-read') continue;
    items.push(...own.flatMap((thing, number) => (status === 'complete' || one.seen[number] ? (thing ?? []) : [])));
  }
  return { world, run: { scopes, items }, ...flags };
}

function itemOf(name: string, number: number, { bytes: size, state }: { bytes: number | null; state: string | null }) {
  return item({ key: `container:${SCOPE_NAMES.indexOf(name)}-${number}`, scope: name, state, ...sized(size) });
}

export const byKey = (items: readonly Item[]): Map<string, Item> => new Map(items.map((one) => [one.key, one]));
