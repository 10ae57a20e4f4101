import type { Inventory } from '@silt/domain';
import { toFrameInBackground } from '../v1/frame.ts';
import { MAX_FRAME_BYTES, MAX_INFLATED_BYTES } from '../v1/limits.ts';
import type { SurveyMessage } from '../v1/messages/collector-messages.ts';
import type { ClientLog } from './client-events.ts';
import { fitSurvey } from './fit-survey.ts';

/** Of the message beside its inventory, at the most. */
const MAX_HEAD_BYTES = 16 * 1024;
/** Compression is another on another text, so that the next try aims lower than it must. */
const AIM = 0.9;

/** What a slow beat read, whole, by the host's clock when it had been read. */
export interface ProducedSurvey {
  /** ISO 8601 UTC. */
  takenAt: string;
  bootId: string;
  uptimeMilliseconds: number;
  inventory: Inventory;
}

/** Hands a frame to a server; calls `left` when it is on its way. */
export type SendSurvey = (frame: Buffer, left: () => void) => void;

/**
 * Keeps the last survey, as one compressed frame and nothing else, and sends it: once over each connection, and never a
 * second one before the first has left. A newer one takes the place of one that waits.
 */
export class KeptSurvey {
  log: ClientLog | null = null;
  #frame: Buffer | null = null;
  #send: SendSurvey | null = null;
  /** The last one that this connection was given. */
  #sent: Buffer | null = null;
  #isLeaving = false;
  /** Surveys so far, and which of them the frame is of: one that is compressed faster than the one before it stays. */
  #count = 0;
  #kept = 0;

  /** Settles when it is compressed, and given to the server that is there. */
  async keep(survey: ProducedSurvey): Promise<void> {
    this.#count += 1;
    const place = this.#count;
    const frame = await frameOf(survey);
    if (place < this.#kept) return;
    this.#kept = place;
    if (frame === null)
      this.log?.warn({}, 'What was surveyed is too large to be sent, even without its largest parts.');
    this.#frame = frame;
    this.#pump();
  }

  /** From here on the server that `send` leads to takes surveys. */
  open(send: SendSurvey): void {
    this.#send = send;
    this.#sent = null;
    this.#isLeaving = false;
    this.#pump();
  }

  /** No server takes them now. */
  close(): void {
    this.#send = null;
    this.#sent = null;
  }

  #pump(): void {
    const frame = this.#frame;
    const send = this.#send;
    if (send === null || frame === null || frame === this.#sent || this.#isLeaving) return;
    this.#sent = frame;
    this.#isLeaving = true;
    send(frame, () => {
      if (send !== this.#send) return;
      this.#isLeaving = false;
      this.#pump();
    });
  }
}

/** null = it cannot be made small enough. */
async function frameOf({ inventory, ...head }: ProducedSurvey): Promise<Buffer | null> {
  const encodeWith = (told: Inventory): string => {
    const message: SurveyMessage = { type: 'survey', ...head, inventory: told };
    return JSON.stringify(message);
  };
  let text: string | null = encodeWith(inventory);
  let most = MAX_INFLATED_BYTES - MAX_HEAD_BYTES;
  while (text !== null) {
    const bytes = Buffer.byteLength(text);
    if (bytes <= MAX_INFLATED_BYTES) {
      const frame = await toFrameInBackground(text);
      if (frame.length <= MAX_FRAME_BYTES) return frame;
      most = Math.floor((AIM * bytes * MAX_FRAME_BYTES) / frame.length) - MAX_HEAD_BYTES;
    }
    const fitted = fitSurvey(inventory, most);
    text = fitted === null ? null : encodeWith(fitted);
  }
  return null;
}
