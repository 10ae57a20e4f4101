import { Peer } from '../harness/peer.ts';
import type { Endpoint } from '../harness/raw-socket.ts';
import type { TestHost } from '../harness/test-hosts.ts';

const BEAT_MILLISECONDS = 50;

/** A well-behaved collector beside the bad ones: one snapshot at a time, and how long its acknowledgement took. */
export class SteadyCollector {
  readonly #peer: Peer;
  readonly #timer: NodeJS.Timeout;
  #sequence = 0;
  #sentAt: number | null = null;
  #milliseconds: number[] = [];

  private constructor(peer: Peer) {
    this.#peer = peer;
    peer.raw.onText = (text) => this.#noteText(text);
    this.#timer = setInterval(() => this.#beat(), BEAT_MILLISECONDS);
  }

  static async open(endpoint: Endpoint, host: TestHost): Promise<SteadyCollector> {
    return new SteadyCollector(await Peer.open(endpoint, host));
  }

  get isOpen(): boolean {
    return this.#peer.raw.isOpen;
  }

  /** 99th percentile and worst since the last call, milliseconds; what is not acknowledged yet counts as it stands. */
  take(): { p99Milliseconds: number; worstMilliseconds: number } {
    const waiting = this.#sentAt === null ? [] : [performance.now() - this.#sentAt];
    const sorted = [...this.#milliseconds, ...waiting].sort((one, other) => one - other);
    this.#milliseconds = [];
    const at = (share: number) =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
    return { p99Milliseconds: at(0.99), worstMilliseconds: at(1) };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#peer.close();
  }

  #beat(): void {
    if (this.#sentAt !== null) return;
    this.#sequence += 1;
    this.#sentAt = performance.now();
    this.#peer.sendSnapshot(this.#sequence);
  }

  #noteText(text: string): void {
    const message = JSON.parse(text) as { type: string; sequence?: number };
    if (message.type !== 'ack' || message.sequence !== this.#sequence || this.#sentAt === null) return;
    this.#milliseconds.push(performance.now() - this.#sentAt);
    this.#sentAt = null;
  }
}
