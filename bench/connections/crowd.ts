import { setTimeout as sleep } from 'node:timers/promises';
import { reconnectDelay } from '@silt/wire/client';
import { LoadCollector } from '../ingest/load-collector.ts';
import type { LoadHost } from '../ingest/register-hosts.ts';

/** Connections that are being greeted at once when the crowd comes up, so that nothing of it is a refusal. */
const AT_ONCE = 64;

/** Collectors that come back by the rules of the protocol when they lose their gateway, and beat at their own moments. */
export class Crowd {
  readonly #port: number;
  readonly #hosts: readonly LoadHost[];
  readonly #live = new Map<number, LoadCollector>();
  readonly #failures = new Map<string, number>();
  #ended = false;

  constructor(port: number, hosts: readonly LoadHost[]) {
    this.#port = port;
    this.#hosts = hosts;
  }

  get connected(): number {
    return this.#live.size;
  }

  /** Why connections failed or ended since the last call, and how often. */
  takeFailures(): Record<string, number> {
    const failures = Object.fromEntries(this.#failures);
    this.#failures.clear();
    return failures;
  }

  /** Connects the hosts up to `count`, some at once; settles when all of them are welcome. */
  async connectUpTo(count: number): Promise<void> {
    const waiting = this.#hosts.slice(0, count).filter(({ number }) => !this.#live.has(number));
    const work = async () => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await this.#join(host);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** A snapshot of each one, spread over the beat, beat after beat, until the signal aborts. */
  async beat(milliseconds: number, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    for (let turn = 0; !signal.aborted; turn += 1) {
      const members = [...this.#live.values()];
      for (const [place, collector] of members.entries()) {
        const wait = began + (turn + place / members.length) * milliseconds - performance.now();
        if (wait > 1) await sleep(wait, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
        if (collector.room > 0) collector.send(1, performance.now());
      }
      const rest = began + (turn + 1) * milliseconds - performance.now();
      await sleep(Math.max(1, rest), undefined, { signal }).catch(() => {});
    }
  }

  end(): void {
    this.#ended = true;
    for (const collector of this.#live.values()) collector.end();
  }

  /** Tries until it is welcome. */
  async #join(host: LoadHost): Promise<void> {
    for (let attempt = 1; !this.#ended; attempt += 1) {
      const failed = Promise.withResolvers<null>();
      const onFailed = (error: Error) => {
        this.#failures.set(error.message, (this.#failures.get(error.message) ?? 0) + 1);
        failed.resolve(null);
      };
      const collector = await Promise.race([LoadCollector.open(this.#port, host, onFailed), failed.promise]);
      if (collector !== null) {
        this.#live.set(host.number, collector);
        void failed.promise.then(() => this.#lost(host));
        return;
      }
      await sleep(reconnectDelay(attempt, null, Math.random()));
    }
  }

  async #lost(host: LoadHost): Promise<void> {
    this.#live.get(host.number)?.end();
    this.#live.delete(host.number);
    if (this.#ended) return;
    await sleep(reconnectDelay(1, null, Math.random()));
    await this.#join(host);
  }
}
