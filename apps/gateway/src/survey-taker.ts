import type { Logger } from '@silt/runtime';
import type { Collector, Ingest, IngestStream } from '@silt/services';
import { MIN_SURVEY_INTERVAL_MILLISECONDS, type SurveyMessage } from '@silt/wire';
import { parseSurvey } from '@silt/wire/survey';

/** A gateway that is behind reads some at once that came one after the other; the last of them counts. */
export const SURVEY_BURST = 4;

interface TakerOptions {
  ingest: Ingest;
  stream: IngestStream;
  collector: Collector;
  logger: Logger;
}

/**
 * Surveys of one connection. They are outside of the order and of what is under way: each is looked at when it comes, and
 * waits for nothing. One that is not understood is an event of the host; the connection goes on.
 */
export class SurveyTaker {
  readonly #options: TakerOptions;
  /** Surveys that may be looked at now, and when that was told, performance.now(). */
  #allowed = SURVEY_BURST;
  #countedAt = 0;
  /** The last one that came too soon. */
  #held: SurveyMessage | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /**
   * One that comes too soon is looked at later, unless a newer one comes before that.
   *
   * @param now performance.now().
   */
  take(message: SurveyMessage, now: number): void {
    const earned = (now - this.#countedAt) / MIN_SURVEY_INTERVAL_MILLISECONDS;
    this.#allowed = Math.min(SURVEY_BURST, this.#allowed + earned);
    this.#countedAt = now;
    if (this.#allowed < 1) this.#hold(message);
    else {
      this.#allowed -= 1;
      this.#held = null;
      this.#look(message);
    }
  }

  /** The connection has ended. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#held = null;
  }

  #hold(message: SurveyMessage): void {
    this.#held = message;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#held !== null) this.take(this.#held, performance.now());
    }, MIN_SURVEY_INTERVAL_MILLISECONDS);
  }

  #look({ type: _type, inventory, ...taken }: SurveyMessage): void {
    const { ingest, stream, collector, logger } = this.#options;
    const parsed = parseSurvey(inventory);
    const outcome = parsed.ok ? stream.acceptSurvey({ ...taken, inventory: parsed.inventory }) : parsed.reason;
    if (outcome === 'accepted') return;
    const reason = outcome === 'too-old' ? 'takenAt: is too long ago' : outcome;
    ingest.reportRefusedSurvey(collector, reason);
    logger.warn({ reason }, 'a survey is not taken');
  }
}
