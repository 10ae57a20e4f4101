import { packSurvey, type Sql, type SurveyRow, storeSurveys } from '@silt/db';
import type { Inventory } from '@silt/domain';
import { decodeCollectorFrame, encode, MAX_INFLATED_BYTES, toFrameInBackground } from '@silt/wire';
import { parseSurvey } from '@silt/wire/survey';
import { percentile } from '../ingest/load-phases.ts';
import { addCosts, type CpuCost, costOf, dividedBy, NO_COST } from './cpu-cost.ts';
import type { Told } from './judged-fleet.ts';

/** Of a statement, as the gateway's. */
const SURVEYS_A_STATEMENT = 16;

export const SURVEY_STEPS = ['decode', 'check', 'pack', 'store'] as const;
export type SurveyStep = (typeof SURVEY_STEPS)[number];

/** CPU of one survey in each step. */
export type SurveyCosts = Record<SurveyStep, CpuCost>;

/** Bytes of one host's. */
export interface SurveyBytes {
  median: number;
  largest: number;
}

export interface SurveysResult {
  surveys: number;
  costs: SurveyCosts;
  stored: SurveyBytes;
  json: SurveyBytes;
}

/** Does with surveys what the gateway does from a frame to the row, and adds up what it costs. */
export class SurveyMeter {
  readonly #options: { ingest: Sql; postmaster: number };
  #costs: SurveyCosts = { decode: NO_COST, check: NO_COST, pack: NO_COST, store: NO_COST };
  #surveys = 0;
  /** Of the last round. */
  #stored: number[] = [];
  #json: number[] = [];

  /** @param options.ingest as silt_ingest. */
  constructor(options: { ingest: Sql; postmaster: number }) {
    this.#options = options;
  }

  /** @param isCounted whether the round is one of the warm ones. */
  async take(told: readonly Told[], at: Date, isCounted: boolean): Promise<void> {
    const frames = await Promise.all(told.map(frameOf));
    const inventories: unknown[] = [];
    const checked: Inventory[] = [];
    const rows: SurveyRow[] = [];
    this.#stored = [];
    this.#json = [];
    const steps: Record<SurveyStep, () => Promise<void>> = {
      decode: async () => {
        for (const frame of frames) inventories.push(decoded(frame));
      },
      check: async () => {
        for (const inventory of inventories) checked.push(parsed(inventory));
      },
      pack: async () => {
        for (const [place, inventory] of checked.entries()) {
          const text = Buffer.from(JSON.stringify(inventory));
          const { hostId, organisationId } = (told[place] as Told).host;
          rows.push({ hostId, organisationId, observedAt: at, receivedAt: at, body: await packSurvey(text) });
          this.#json.push(text.length);
        }
      },
      store: async () => {
        for (let first = 0; first < rows.length; first += SURVEYS_A_STATEMENT) {
          await storeSurveys(this.#options.ingest, rows.slice(first, first + SURVEYS_A_STATEMENT));
        }
      },
    };
    for (const step of SURVEY_STEPS) {
      const cost = await costOf(this.#options.postmaster, steps[step]);
      if (isCounted) this.#costs[step] = addCosts(this.#costs[step], cost);
    }
    if (isCounted) this.#surveys += rows.length;
    this.#stored = rows.map(({ body }) => body.length);
  }

  result(): SurveysResult {
    const costs = Object.fromEntries(
      SURVEY_STEPS.map((step) => [step, dividedBy(this.#costs[step], this.#surveys)]),
    ) as SurveyCosts;
    return { surveys: this.#surveys, costs, stored: bytesOf(this.#stored), json: bytesOf(this.#json) };
  }
}

/** As the collector sends it. */
function frameOf({ snapshot: { takenAt, bootId, uptimeMilliseconds }, inventory }: Told): Promise<Buffer> {
  return toFrameInBackground(encode({ type: 'survey', takenAt, bootId, uptimeMilliseconds, inventory }));
}

function decoded(frame: Buffer): unknown {
  const message = decodeCollectorFrame(frame, true, MAX_INFLATED_BYTES);
  if (message.ok && message.message.type === 'survey') return message.message.inventory;
  throw new Error(message.ok ? `a ${message.message.type} came` : message.reason);
}

function parsed(value: unknown): Inventory {
  const survey = parseSurvey(value);
  if (survey.ok) return survey.inventory;
  throw new Error(survey.reason);
}

export function bytesOf(values: readonly number[]): SurveyBytes {
  const sorted = Float64Array.from(values).sort();
  return { median: percentile(sorted, 0.5), largest: sorted.at(-1) ?? Number.NaN };
}
