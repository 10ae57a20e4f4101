import { type Beats, beatsOf } from '@silt/domain';
import type { Logger } from '@silt/runtime';
import type { Ingest } from '@silt/services';
import type { HostRegistry } from './host-registry.ts';

/** A change of a setting is with its collectors within 5 s: this, the query, and the message. */
export const BEAT_POLL_MILLISECONDS = 2_000;

/** The beats of a host, and what they follow from. */
export interface HostBeats extends Beats {
  /** Of its tags and their settings: another one when one of them is another. */
  hash: number;
}

interface WatchOptions {
  ingest: Pick<Ingest, 'readBeatGrounds' | 'lengthenBeats'>;
  hosts: HostRegistry;
  logger: Logger;
  /** Of hosts for which nothing is set. */
  builtIn: Beats;
}

/** Gives each host the beats that its tags ask for, at its welcome and while it is connected. */
export class BeatWatch {
  readonly #options: WatchOptions;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#wait();
  }

  /** For the welcome of a host that there is. */
  async beatsOf(hostId: number): Promise<HostBeats> {
    const { ingest, builtIn } = this.#options;
    const [grounds] = await ingest.readBeatGrounds([{ hostId, hash: null }]);
    if (grounds === undefined) throw new Error(`host ${hostId} is gone`);
    return { ...beatsOf(grounds.tags, grounds.settings, builtIn), hash: grounds.hash };
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.#look();
      } catch (error) {
        if (!this.#stopped) this.#options.logger.warn({ err: error }, 'beats could not be looked up; trying again');
      }
      this.#wait();
    }, BEAT_POLL_MILLISECONDS);
  }

  async #look(): Promise<void> {
    const { ingest, hosts, builtIn } = this.#options;
    const live = new Map(
      [...hosts.connections()].flatMap((connection) =>
        connection.beats === null ? [] : [[connection.hostId, connection] as const],
      ),
    );
    if (live.size === 0) return;
    const known = [...live.values()].map(({ hostId, beats }) => ({ hostId, hash: beats?.hash ?? null }));
    const lengthened: { hostId: number; beatSeconds: number }[] = [];
    for (const { hostId, tags, settings, hash } of await ingest.readBeatGrounds(known)) {
      const beats = { ...beatsOf(tags, settings, builtIn), hash };
      const connection = live.get(hostId);
      const before = connection?.beats?.fastBeatSeconds ?? Number.POSITIVE_INFINITY;
      if (connection?.configure(beats) && beats.fastBeatSeconds > before)
        lengthened.push({ hostId, beatSeconds: beats.fastBeatSeconds });
    }
    if (lengthened.length > 0) await ingest.lengthenBeats(lengthened);
  }
}
