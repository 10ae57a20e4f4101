import { join } from 'node:path';
import type { Snapshot } from '@silt/domain';
import { CollectorClient, MemoryOutbox, type Outgoing, Spool } from '@silt/wire/client';
import type { JournalWriter } from '../harness/journal.ts';
import { GOLDEN_HELLO } from '../harness/peer.ts';
import type { TestHost } from '../harness/test-hosts.ts';
import { JournalingOutbox } from './journaling-outbox.ts';
import type { LoadSettings } from './load-messages.ts';
import { BOOT, contentOf, loadSnapshot, oversizeSnapshot, uptimeNow } from './load-snapshot.ts';
import { loadSurvey } from './load-survey.ts';

interface CollectorOptions {
  place: number;
  host: TestHost;
  settings: LoadSettings;
  journal: JournalWriter;
  spool: Spool | null;
}

/** One collector of the load: makes snapshots, and keeps the books on them. */
export class LoadCollector {
  produced = 0;
  /** Highest sequence sent, of the stream that is sent now; what was settled of all streams. */
  sent = 0;
  settled = 0;
  repeats = 0;
  disconnects = 0;
  slowestMilliseconds = 0;
  stoppedFor: string | null = null;
  readonly #place: number;
  readonly #journal: JournalWriter;
  readonly #spool: Spool | null;
  readonly #outbox: JournalingOutbox;
  readonly #client: CollectorClient;
  /** When what a marker stands for was made, performance.now(). */
  readonly #madeAt = new Map<number, number>();
  #markers: Map<number, number> = new Map();
  #stream = '';
  #settledOfStream = 0;
  #marker: number;
  #streaming = false;

  private constructor({ place, host, settings, journal, spool }: CollectorOptions) {
    this.#place = place;
    this.#journal = journal;
    this.#spool = spool;
    this.#marker = settings.markersAfter;
    this.#outbox = new JournalingOutbox(spool ?? new MemoryOutbox(), ({ stream, outgoing }) =>
      this.#noteSent(stream, outgoing),
    );
    const { hostId, key, privateKey, name } = host;
    this.#client = new CollectorClient({
      url: settings.url,
      credentials: () => ({ hostId, key, privateKey }),
      collectorVersion: GOLDEN_HELLO.collectorVersion,
      facts: { ...GOLDEN_HELLO.host, name },
      clock: () => ({ now: new Date().toISOString(), bootId: BOOT, uptimeMilliseconds: uptimeNow() }),
      outbox: this.#outbox,
    });
    this.#client.on('ack', ({ sequence, refused }) => this.#noteAcknowledged(sequence, refused));
    this.#client.on('state', (state) => {
      const streaming = state.name === 'streaming';
      if (this.#streaming && !streaming) this.disconnects += 1;
      this.#streaming = streaming;
      if (state.name === 'stopped') this.stoppedFor = state.reason;
    });
  }

  static async open(options: Omit<CollectorOptions, 'spool'>): Promise<LoadCollector> {
    const { spools, spoolBytes } = options.settings;
    const bound = spoolBytes === null ? {} : { maxBytes: spoolBytes };
    const spool = spools === null ? null : await Spool.open({ stateFolder: join(spools, options.host.name), ...bound });
    return new LoadCollector({ ...options, spool });
  }

  get streaming(): boolean {
    return this.#streaming;
  }

  get inFlight(): number {
    return Math.max(0, this.outstanding - this.#outbox.waiting);
  }

  get waiting(): number {
    return this.#outbox.waiting;
  }

  get outstanding(): number {
    return this.#outbox.lastSequence - (this.#outbox.stream === this.#stream ? this.#settledOfStream : 0);
  }

  get spoolBytes(): number {
    return this.#spool?.bytes ?? 0;
  }

  start(): void {
    this.#client.start();
  }

  produce(ago = 0): void {
    this.#push(loadSnapshot({ marker: this.#nextMarker(), ago }));
  }

  oversize(): void {
    this.#push(oversizeSnapshot({ marker: this.#nextMarker(), ago: 0 }));
  }

  survey({ number, characters }: { number: number; characters: number }): Promise<void> {
    return this.#client.survey(loadSurvey(number, characters));
  }

  async stop(): Promise<void> {
    await this.#client.stop();
    await this.#outbox.close();
  }

  #nextMarker(): number {
    this.#marker += 1;
    return this.#marker;
  }

  #push(snapshot: Snapshot): void {
    const marker = this.#marker;
    const content = contentOf(snapshot.takenAt, snapshot.readings);
    this.#journal.add({ kind: 'produced', host: this.#place, marker, content });
    this.#madeAt.set(marker, performance.now());
    this.#client.push(snapshot);
    this.produced += 1;
    const kept = () => this.#journal.add({ kind: 'kept', host: this.#place, marker });
    if (this.#spool !== null) void this.#spool.settle().then(kept);
  }

  #noteSent(stream: string, outgoing: Outgoing): void {
    if (stream !== this.#stream) this.#enter(stream);
    if (outgoing.kind === 'gap') {
      this.sent = Math.max(this.sent, outgoing.to);
      return;
    }
    // These collectors produce no inventories.
    if (outgoing.kind !== 'snapshot') return;
    const { sequence, snapshot } = outgoing;
    const marker = snapshot.readings[0] ?? 0;
    if (sequence <= this.sent) this.repeats += 1;
    this.sent = Math.max(this.sent, sequence);
    this.#markers.set(sequence, marker);
    this.#journal.add({ kind: 'sent', host: this.#place, stream, sequence, marker });
  }

  #noteAcknowledged(sequence: number, refused: readonly { sequence: number }[]): void {
    const { stream } = this.#outbox;
    if (stream !== this.#stream) this.#enter(stream);
    const numbers = refused.map((one) => one.sequence);
    this.#journal.add({ kind: 'acknowledged', host: this.#place, stream, sequence, refused: numbers });
    const now = performance.now();
    for (const [at, marker] of this.#markers) {
      if (at > sequence) break;
      this.#markers.delete(at);
      const made = this.#madeAt.get(marker);
      this.#madeAt.delete(marker);
      if (made !== undefined) this.slowestMilliseconds = Math.max(this.slowestMilliseconds, now - made);
    }
    this.settled += Math.max(0, sequence - this.#settledOfStream);
    this.#settledOfStream = Math.max(this.#settledOfStream, sequence);
  }

  #enter(stream: string): void {
    this.#stream = stream;
    this.#settledOfStream = 0;
    this.sent = 0;
    this.#markers = new Map();
  }
}
