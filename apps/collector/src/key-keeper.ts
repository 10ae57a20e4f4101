import { createKeyPair } from '@silt/wire';
import type { ClientLog, CollectorClient, Credentials } from '@silt/wire/client';
import { type Identity, writeIdentity } from './identity.ts';

/** A key older than this is replaced. */
export const KEY_ROTATION_DAYS = 30;
const MILLISECONDS_A_DAY = 86_400_000;
/** How often its age is looked at while the connection lasts. */
const LOOK_MILLISECONDS = 3_600_000;

/**
 * Holds this host's key and replaces it in time. The new key is on disk before the server hears of it, and is used only
 * once the server's answer is on disk too: a crash at any point leaves a key that is good.
 */
export class KeyKeeper {
  readonly #stateFolder: string;
  readonly #log: ClientLog;
  #identity: Identity;
  #working: Promise<void> = Promise.resolve();

  constructor(stateFolder: string, identity: Identity, log: ClientLog) {
    this.#stateFolder = stateFolder;
    this.#identity = identity;
    this.#log = log;
  }

  get credentials(): Credentials {
    const { hostId, key, privateKey } = this.#identity;
    return { hostId, key, privateKey };
  }

  /** Looks at each welcome, and from time to time. Ends with the process. */
  watch(client: CollectorClient): void {
    client.on('welcome', () => this.#do(() => this.#begin(client)));
    client.on('rotated', ({ key }) => this.#do(() => this.#finish(client, key)));
    setInterval(() => this.#do(() => this.#begin(client)), LOOK_MILLISECONDS).unref();
  }

  async #begin(client: CollectorClient): Promise<void> {
    const age = Date.now() - Date.parse(this.#identity.createdAt);
    let { next } = this.#identity;
    if (next === null) {
      if (age < KEY_ROTATION_DAYS * MILLISECONDS_A_DAY) return;
      next = { ...createKeyPair(), createdAt: new Date().toISOString() };
      await this.#write({ ...this.#identity, next });
    }
    client.rotate(next.publicKey);
  }

  async #finish(client: CollectorClient, key: string): Promise<void> {
    const { next } = this.#identity;
    if (next === null) return;
    await this.#write({ ...this.#identity, key, privateKey: next.privateKey, createdAt: next.createdAt, next: null });
    this.#log.info({ key }, 'The key of this host is replaced.');
    client.reconnect('The key of this host is replaced.');
  }

  async #write(identity: Identity): Promise<void> {
    await writeIdentity(this.#stateFolder, identity);
    this.#identity = identity;
  }

  /** One after the other; a disk that takes nothing leaves the key as it is, until the next look. */
  #do(act: () => Promise<void>): void {
    this.#working = this.#working.then(act).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn({ reason }, 'The key of this host cannot be replaced now.');
    });
  }
}
