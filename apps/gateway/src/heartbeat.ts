import { MAX_MISSED_PONGS } from '@silt/wire';
import type { WebSocket } from 'ws';

/** How long a connection has to prove that it lives, when another one wants its place. */
const ANSWER_MILLISECONDS = 2_000;

/**
 * Pings a socket at an interval; two pings in a row without an answer, and it is dead. A paused socket counts as alive:
 * its answers are not read.
 */
export class Heartbeat {
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;
  #missed = 0;

  constructor(socket: WebSocket, intervalMilliseconds: number, onDead: () => void) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.#missed = 0;
    });
    this.#timer = setInterval(() => {
      if (socket.isPaused) this.#missed = 0;
      if (this.#missed >= MAX_MISSED_PONGS) {
        onDead();
        return;
      }
      this.#missed += 1;
      socket.ping();
    }, intervalMilliseconds);
  }

  answers(): Promise<boolean> {
    if (this.#socket.readyState !== this.#socket.OPEN) return Promise.resolve(false);
    if (this.#socket.isPaused) return Promise.resolve(true);
    return new Promise((resolve) => {
      const deadline = setTimeout(() => resolve(false), ANSWER_MILLISECONDS);
      this.#socket.once('pong', () => {
        clearTimeout(deadline);
        resolve(true);
      });
      this.#socket.ping();
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
