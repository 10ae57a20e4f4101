import { type CoalescedKind, coalesceEvent, mergeDetails, recordAudit, type Sql } from '@silt/db';
import type { HostEventDetails } from '@silt/domain';
import type { Logger } from '@silt/runtime';

/** What comes in floods is written down together, so often. */
export const EVENT_INTERVAL_MILLISECONDS = 1_000;
/** Different ones that wait; more than that are counted in the log alone. */
export const MAX_WAITING_EVENTS = 10_000;

export interface ReportedHost {
  hostId: number;
  hostPublicId: string;
  organisationId: string;
  keyId: string;
}

interface Waiting {
  host: ReportedHost;
  kind: CoalescedKind;
  detail: HostEventDetails[CoalescedKind];
  at: Date;
}

interface ReporterOptions {
  sql: Sql;
  logger: Logger;
  /** After they are stored. */
  onStored: (hosts: ReportedHost[]) => void;
}

/**
 * Writes down what collectors do wrong, in few rows however often they do it: alike ones become one event with a count,
 * and the audit log tells the first of each hour. Nobody waits for it.
 */
export class EventReporter {
  readonly #options: ReporterOptions;
  #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  report<Kind extends CoalescedKind>(host: ReportedHost, kind: Kind, detail: HostEventDetails[Kind]): void {
    const key = `${host.hostId} ${kind} ${'code' in detail ? detail.code : ''}`;
    const known = this.#waiting.get(key);
    if (known) known.detail = mergeDetails<CoalescedKind>(known.detail, detail);
    else if (this.#waiting.size < MAX_WAITING_EVENTS) {
      this.#waiting.set(key, { host, kind, detail: { ...detail }, at: new Date() });
    } else
      this.#options.logger.warn({ host: host.hostPublicId, kind, detail }, 'too many events; this one is not kept');
    this.#timer ??= setTimeout(() => this.#flush(), EVENT_INTERVAL_MILLISECONDS);
  }

  /** Writes down what is left. */
  async close(): Promise<void> {
    this.#flush();
    await this.#running;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#running = this.#running.then(() => this.#storeAll(waiting));
  }

  async #storeAll(waiting: readonly Waiting[]): Promise<void> {
    const { logger, onStored } = this.#options;
    try {
      for (const one of waiting) await this.#store(one);
      onStored(waiting.map(({ host }) => host));
    } catch (error) {
      logger.error({ err: error, events: waiting.length }, 'events of hosts could not be written down');
    }
  }

  async #store({ host, kind, detail, at }: Waiting): Promise<void> {
    const { hostId, hostPublicId, organisationId, keyId } = host;
    const isNew = await coalesceEvent(this.#options.sql, { hostId, organisationId, at, kind, detail });
    const action = AUDITED[kind];
    if (!isNew || action === undefined) return;
    const address = 'address' in detail ? detail.address : null;
    await recordAudit(this.#options.sql, {
      ...{ organisationId, actorKind: 'collector', actor: keyId, action, subject: hostPublicId },
      ...{ detail: { ...detail, kind }, address },
    });
  }
}

const AUDITED: { [Kind in CoalescedKind]?: 'collector.refused' | 'sequence.conflict' } = {
  'clone-refused': 'collector.refused',
  'collector-refused': 'collector.refused',
  'sequence-conflict': 'sequence.conflict',
};
