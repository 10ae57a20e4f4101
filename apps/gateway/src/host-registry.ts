import type { RefusalCode } from '@silt/wire';
import type { HostBeats } from './beat-watch.ts';

/** What the registry asks of a connection. */
export interface LiveConnection {
  hostId: number;
  keyId: string;
  /** What its host is asked for; null = it is not welcome yet. */
  readonly beats: HostBeats | null;
  /** Whether the peer answers a ping in time. */
  answers(): Promise<boolean>;
  /** Takes these from now on. True when the collector is told: others obey at their next welcome, or have them already. */
  configure(beats: HostBeats): boolean;
  /** Ends it without a word: its peer is gone. */
  drop(): void;
  /** Says why, and closes. */
  refuse(code: RefusalCode, message: string): void;
}

/** One live connection a host: a second one is refused while the first one answers, and takes its place otherwise. */
export class HostRegistry {
  readonly #connections = new Map<number, LiveConnection>();
  readonly #onSize: (hosts: number) => void;

  /** @param onSize told how many hosts are connected, at each change. */
  constructor(onSize: (hosts: number) => void = () => {}) {
    this.#onSize = onSize;
  }

  get size(): number {
    return this.#connections.size;
  }

  connections(): Iterable<LiveConnection> {
    return this.#connections.values();
  }

  /** Whether the host has a connection that answers. */
  async isLive(hostId: number): Promise<boolean> {
    return (await this.#connections.get(hostId)?.answers()) ?? false;
  }

  /** False when another connection of the host is alive. */
  async claim(hostId: number, connection: LiveConnection): Promise<boolean> {
    const earlier = this.#connections.get(hostId);
    if (earlier && (await earlier.answers())) return false;
    const now = this.#connections.get(hostId);
    if (now !== undefined && now !== earlier) return false;
    earlier?.drop();
    this.#connections.set(hostId, connection);
    this.#onSize(this.size);
    return true;
  }

  release(hostId: number, connection: LiveConnection): void {
    if (this.#connections.get(hostId) !== connection) return;
    this.#connections.delete(hostId);
    this.#onSize(this.size);
  }
}
