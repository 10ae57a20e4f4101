import type { Logger } from '@silt/runtime';
import type { Ingest } from '@silt/services';
import type { HostRegistry } from './host-registry.ts';

/** A revoked key's connection ends within 5 s of the revocation: this, the query, and the close. */
export const REVOCATION_POLL_MILLISECONDS = 2_000;

interface WatchOptions {
  ingest: Pick<Ingest, 'findLostKeys'>;
  hosts: HostRegistry;
  logger: Logger;
}

/** Looks which keys of live connections are good no more, and ends those. */
export class RevocationWatch {
  readonly #options: WatchOptions;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#wait();
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
        if (!this.#stopped)
          this.#options.logger.warn({ err: error }, 'revoked keys could not be looked up; trying again');
      }
      this.#wait();
    }, REVOCATION_POLL_MILLISECONDS);
  }

  async #look(): Promise<void> {
    const { ingest, hosts } = this.#options;
    const live = new Map([...hosts.connections()].map((connection) => [connection.keyId, connection]));
    if (live.size === 0) return;
    for (const { keyId, hostRetired } of await ingest.findLostKeys([...live.keys()])) {
      if (hostRetired) live.get(keyId)?.refuse('host-retired', 'This host was retired; enrol again to bring it back.');
      else live.get(keyId)?.refuse('key-revoked', 'The key was revoked; enrol again.');
    }
  }
}
