import type { HangGuard, Lane } from '../hang-guard.ts';

/** For each call or batch; warm caches answer within a millisecond. */
const DEADLINE_MILLISECONDS = 5_000;
/** Files or folders of one batch: on a cold disk some 64 reads of 10 ms. */
const BATCH_ITEMS = 16;
/** As many as the lane of local calls lets run. */
const WORKERS = 2;

/** Runs one file call, or several one after the other, under the guard: a turn of it is a thread that may hang. */
export const guarded = <Value>(
  guard: HangGuard,
  path: string,
  call: () => Promise<Value>,
  lane: Lane = 'local',
): Promise<Value> => guard.run(lane, path, DEADLINE_MILLISECONDS, call);

/**
 * `call` for each item, in their order, in batches under the guard. Throws what a call throws, and HangError at the first
 * batch that hangs; no other is begun then.
 */
export async function guardedEach<Item, Value>(
  guard: HangGuard,
  path: string,
  items: readonly Item[],
  call: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const from = next;
      next += BATCH_ITEMS;
      const batch = items.slice(from, next);
      try {
        await guarded(guard, `${path} ${from / BATCH_ITEMS}`, async () => {
          for (const [place, item] of batch.entries()) values[from + place] = await call(item);
        });
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return values;
}
