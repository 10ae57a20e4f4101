/**
 * Calls at a time, of each lane. A call into a dead file server never returns and keeps one of Node's four file threads;
 * with these bounds one thread is left for /proc and /sys, which do not hang. A command keeps no thread, only itself.
 */
export const LANE_SLOTS = { local: 2, network: 1, command: 4 } as const;
export type Lane = keyof typeof LANE_SLOTS;

/** The call did not return, or was not begun because an earlier one has not. */
export class HangError extends Error {
  override name = 'HangError';
  /** A call of this very subject hangs; otherwise it had no turn because others hang. */
  readonly isOwn: boolean;

  constructor(message: string, isOwn: boolean) {
    super(message);
    this.isOwn = isOwn;
  }
}

interface Waiting {
  start: () => void;
}

/** Runs calls that may hang: each has a deadline, and a subject whose earlier call still hangs is not called again. */
export class HangGuard {
  readonly #active: Record<Lane, Set<string>> = { local: new Set(), network: new Set(), command: new Set() };
  readonly #waiting: Record<Lane, Waiting[]> = { local: [], network: [], command: [] };
  #overdue = 0;

  /** Calls past their deadline that have not returned. Threads of theirs keep this process from an orderly exit. */
  get hanging(): number {
    return this.#overdue;
  }

  /** Throws HangError, or what the call throws. A call past its deadline goes on unseen and keeps its slot. */
  run<Value>(lane: Lane, subject: string, milliseconds: number, call: () => Promise<Value>): Promise<Value> {
    if (this.#active[lane].has(subject)) return Promise.reject(new HangError('an earlier call still hangs', true));
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
        reject(new HangError(overdue ? `no answer ${within}` : `not asked ${within}, since ${hanging} hangs`, overdue));
      }, milliseconds);
      if (this.#active[lane].size < LANE_SLOTS[lane]) waiting.start();
      else this.#waiting[lane].push(waiting);
    });
  }
}
