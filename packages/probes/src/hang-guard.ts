/**
 * Calls at a time, of each lane. A call into a dead file server never returns and keeps one of Node's four file threads;
 * with these bounds one thread is left for /proc and /sys, which do not hang.
 */
export const LANE_SLOTS = { local: 2, network: 1 } as const;
export type Lane = keyof typeof LANE_SLOTS;

/** The call did not return, or was not begun because an earlier one has not. */
class HangError extends Error {
  override name = 'HangError';
}

interface Waiting {
  start: () => void;
}

/** Runs calls that may hang: each has a deadline, and a subject whose earlier call still hangs is not called again. */
export class HangGuard {
  readonly #active: Record<Lane, Set<string>> = { local: new Set(), network: new Set() };
  readonly #waiting: Record<Lane, Waiting[]> = { local: [], network: [] };
  #overdue = 0;

  /** Calls past their deadline that have not returned. Their threads keep this process from an orderly exit. */
  get hanging(): number {
    return this.#overdue;
  }

  /** Throws HangError, or what the call throws. A call past its deadline goes on unseen and keeps its slot. */
  run<Value>(lane: Lane, subject: string, milliseconds: number, call: () => Promise<Value>): Promise<Value> {
    if (this.#active[lane].has(subject)) return Promise.reject(new HangError('an earlier call still hangs'));
    return new Promise<Value>((resolve, reject) => {
      let overdue = false;
      const waiting: Waiting = {
        start: () => {
          this.#active[lane].add(subject);
          call()
            .finally(() => {
              clearTimeout(timer);
              if (overdue) this.#overdue -= 1;
              this.#active[lane].delete(subject);
              this.#waiting[lane].shift()?.start();
            })
            .then(resolve, reject);
        },
      };
      const timer = setTimeout(() => {
        const place = this.#waiting[lane].indexOf(waiting);
        overdue = place < 0;
        if (overdue) this.#overdue += 1;
        else this.#waiting[lane].splice(place, 1);
        const within = `within ${milliseconds / 1_000} s`;
        const hanging = [...this.#active[lane]].join(', ');
        reject(new HangError(overdue ? `no answer ${within}` : `not asked ${within}, since ${hanging} hangs`));
      }, milliseconds);
      if (this.#active[lane].size < LANE_SLOTS[lane]) waiting.start();
      else this.#waiting[lane].push(waiting);
    });
  }
}
