import type { Logger } from '@silt/runtime';
import type { Collector, Ingest, IngestStream } from '@silt/services';
import { MIN_SURVEY_INTERVAL_MILLISECONDS, type SurveyMessage } from '@silt/wire';
import { parseSurvey } from '@silt/wire/survey';

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
  /** When the last one was looked at, performance.now(). */
  #tookAt = Number.NEGATIVE_INFINITY;

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /** @param now performance.now(). */
  take({ type: _type, inventory, ...taken }: SurveyMessage, now: number): void {
    if (now - this.#tookAt < MIN_SURVEY_INTERVAL_MILLISECONDS) return;
    this.#tookAt = now;
    const { ingest, stream, collector, logger } = this.#options;
    const parsed = parseSurvey(inventory);
    const outcome = parsed.ok ? stream.acceptSurvey({ ...taken, inventory: parsed.inventory }) : parsed.reason;
    if (outcome === 'accepted') return;
    const reason = outcome === 'too-old' ? 'takenAt: is too long ago' : outcome;
    ingest.reportRefusedSurvey(collector, reason);
    logger.warn({ reason }, 'a survey is not taken');
  }
}
