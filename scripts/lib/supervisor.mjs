import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot, ROOT, runtimeNode } from './paths.mjs';
import { endProcess } from './processes.mjs';
import { SentenceError } from './sentence-error.mjs';

const STOP_GRACE_MILLISECONDS = 10_000;
const RESTART_PAUSE_MILLISECONDS = 1_000;
const MAX_RESTARTS = 5;
/** A program that ran so long has earned a new count. */
const STEADY_MILLISECONDS = 60_000;
const LOG_TAIL_LINES = 5;

/**
 * Runs Silt's own programs and starts again what ends by itself. Each has a channel to this process and ends when
 * the channel closes, so that a killed supervisor leaves none behind.
 */
export class Supervisor {
  #programs = new Map();
  #stopping = false;
  #onFailure;

  /** @param {(error: SentenceError) => void} onFailure a program does not stay up. */
  constructor(onFailure) {
    this.#onFailure = onFailure;
  }

  /**
   * @param {{ name: string, args: string[], env: Record<string, string>, logFile: string, cwd?: string,
   *   finalExitCode?: number }} program `finalExitCode`: it will not run again, and the others go on without it.
   * @returns {Promise<void>} rejected when it ends before it says `{ type: 'ready' }` or `isReady` resolves.
   */
  async start(program, isReady) {
    const entry = { program, child: null, restarts: 0, startedAt: 0 };
    this.#programs.set(program.name, entry);
    const child = this.#spawn(entry);
    let done = false;
    const said = new Promise((resolve) => {
      child.on('message', (message) => message?.type === 'ready' && resolve());
    });
    const failed = new Promise((_, reject) => {
      child.once('exit', (code) => {
        if (!done && !this.#stopping) reject(new SentenceError(startFailure(program, code)));
      });
    });
    await Promise.race([isReady ? isReady(() => done) : said, failed]);
    done = true;
    child.once('exit', (code) => this.#ended(entry, code));
  }

  #spawn(entry) {
    const { args, env, logFile, cwd } = entry.program;
    const log = openSync(logFile, 'a', 0o600);
    entry.startedAt = Date.now();
    entry.child = spawn(runtimeNode(), ['--import', inRoot('scripts/lib/end-with-parent.mjs'), ...args], {
      cwd: cwd ?? ROOT,
      env,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    return entry.child;
  }

  #ended(entry, code) {
    if (this.#stopping) return;
    const { name, logFile, finalExitCode } = entry.program;
    if (code !== null && code === finalExitCode) console.error(`The ${name} ended for good; ${logFile} says why.`);
    else this.#restart(entry);
  }

  async #restart(entry) {
    if (Date.now() - entry.startedAt > STEADY_MILLISECONDS) entry.restarts = 0;
    entry.restarts += 1;
    const { name, logFile } = entry.program;
    if (entry.restarts > MAX_RESTARTS) {
      this.#onFailure(new SentenceError(`The ${name} ended ${MAX_RESTARTS} times in a row; ${logFile} says why.`));
      return;
    }
    console.error(`The ${name} ended; starting it again. ${logFile} says why.`);
    await sleep(RESTART_PAUSE_MILLISECONDS);
    if (!this.#stopping) this.#spawn(entry).once('exit', (code) => this.#ended(entry, code));
  }

  /** Ends all programs, the last started first. */
  async stop() {
    this.#stopping = true;
    for (const { child } of [...this.#programs.values()].reverse()) {
      if (child.exitCode === null && child.signalCode === null) {
        await endProcess(child.pid, { graceMilliseconds: STOP_GRACE_MILLISECONDS });
      }
    }
  }
}

function startFailure({ name, logFile }, code) {
  const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  return `The ${name} did not start (exit code ${code}); the end of ${logFile}:\n${tail}`;
}
