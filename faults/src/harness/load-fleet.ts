import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadCommand, LoadSettings, LoadStatus } from '../load/load-messages.ts';
import { ensure, until } from './wait.ts';

const PROGRAM = fileURLToPath(new URL('../load/load-process.ts', import.meta.url));
const STOP_SECONDS = 10;

/** Many collectors in one process of its own: the load, and a journal of what it did. */
export class LoadFleet {
  readonly hosts: number;
  status: LoadStatus | null = null;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #errors = '';
  #statuses = 0;

  private constructor(child: ChildProcess, hosts: number) {
    this.hosts = hosts;
    this.#child = child;
    this.#exited = once(child, 'exit');
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk).slice(-20_000);
    });
    child.on('message', (status: LoadStatus) => {
      this.status = status;
      this.#statuses += 1;
    });
  }

  /** Settles when all of them stream, or at once without `connected`. */
  static async start(settings: Omit<LoadSettings, 'type'>, { connected = true } = {}): Promise<LoadFleet> {
    const child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const fleet = new LoadFleet(child, settings.hosts.length);
    fleet.#tell({ type: 'settings', ...settings });
    await until(() => fleet.status !== null || !fleet.isAlive, { seconds: 30, what: 'the load process began' });
    ensure(fleet.isAlive, `the load process ended at its start: ${fleet.#errors}`);
    if (connected) await fleet.streaming();
    return fleet;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it said at last. Throws when it ended by itself. */
  get now(): LoadStatus {
    if (this.status === null || !this.isAlive) throw new Error(`the load process ended: ${this.#errors}`);
    return this.status;
  }

  produce(perSecond: number): void {
    this.#tell({ type: 'produce', perSecond });
  }

  burst(perHost: number, { spacingMilliseconds = 0, agoMilliseconds = 0 } = {}): void {
    this.#tell({ type: 'burst', perHost, spacingMilliseconds, agoMilliseconds });
  }

  survey(number: number, characters: number): void {
    this.#tell({ type: 'survey', number, characters });
  }

  oversize(): void {
    this.#tell({ type: 'oversize' });
  }

  /** All of its hosts stream. */
  async streaming(seconds = 120): Promise<void> {
    await until(() => this.now.streaming === this.hosts, {
      seconds,
      what: () => `all ${this.hosts} collectors stream; it is ${this.now.streaming} (${this.now.stopped.slice(0, 3)})`,
    });
  }

  /** The server settled `more` sequences from now on. */
  async settles(more: number, seconds = 30): Promise<void> {
    const goal = this.now.settled + more;
    await until(() => this.now.settled >= goal, { seconds, what: () => `${more} more were acknowledged` });
  }

  /** Produces `more` from now on. */
  async produces(more: number, seconds = 60): Promise<void> {
    const goal = this.now.produced + more;
    await until(() => this.now.produced >= goal, { seconds, what: () => `${more} more were produced` });
  }

  /** Nothing waits, nothing is in flight. */
  async drained(seconds = 120): Promise<void> {
    await this.fresh();
    await until(() => this.now.outstanding === 0, {
      seconds,
      what: () => `all was acknowledged; outstanding: ${this.now.outstanding}, streaming: ${this.now.streaming}`,
    });
  }

  /** Until `now` is what it is after all that it was told. */
  async fresh(): Promise<void> {
    const goal = this.#statuses + 2;
    await until(() => this.#statuses >= goal || !this.isAlive, { seconds: 30, what: 'the load process answered' });
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** In order; killed when it does not end. */
  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#tell({ type: 'stop' });
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_SECONDS * 1_000);
    await this.#exited;
    clearTimeout(late);
  }

  #tell(command: LoadCommand): void {
    this.#child.send(command);
  }
}
