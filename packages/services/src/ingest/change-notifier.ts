import { notifyChanges, type Sql } from '@silt/db';
import type { Logger } from '@silt/runtime';

/** NOTIFY inside or right after each commit halves the commit rate; one a second is enough for people. */
export const NOTIFY_INTERVAL_MILLISECONDS = 1_000;

/** Tells the web which hosts have something new: the first change at once, later ones together, one NOTIFY a second. */
export class ChangeNotifier {
  readonly #sql: Sql;
  readonly #logger: Logger;
  #pending = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(sql: Sql, logger: Logger) {
    this.#sql = sql;
    this.#logger = logger;
  }

  add(hosts: Iterable<{ organisationId: string; hostPublicId: string }>): void {
    for (const { organisationId, hostPublicId } of hosts) {
      const known = this.#pending.get(organisationId);
      if (known) known.add(hostPublicId);
      else this.#pending.set(organisationId, new Set([hostPublicId]));
    }
    if (this.#timer === null) this.#flush();
  }

  /** Tells what is left to tell. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#flush();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #flush(): void {
    this.#timer = null;
    if (this.#pending.size === 0) return;
    const changed = new Map([...this.#pending].map(([organisation, hosts]) => [organisation, [...hosts]]));
    this.#pending = new Map();
    this.#running = notifyChanges(this.#sql, changed).catch((error: unknown) => {
      this.#logger.warn({ error }, 'changes were stored but not told; pages show them at their next look');
    });
    this.#timer = setTimeout(() => this.#flush(), NOTIFY_INTERVAL_MILLISECONDS);
  }
}
