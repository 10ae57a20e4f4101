import {
  carriedDays,
  type ForecastRecord,
  type HostAddress,
  type PastReading,
  readItemsFirstSeen,
  readItemsStateSince,
  readPastReadings,
  type Sql,
} from '@silt/db';
import {
  earliestClock,
  growthPerDay,
  isCurrentForecast,
  type SeriesName,
  type StoreForecast,
  stopsWrites,
} from '@silt/domain';
import type { FindingPast, KeptFinding, StandingFinding } from '@silt/domain/findings';
import { keyOf } from './judge-keep.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Growth of less is no growth of days. */
const MIN_GROWTH_DAYS = 3;
/** A value "a day ago" is no older. */
const MAX_DAY_AGO_DAYS = 3;

/** What rules want to know of rows that are not read yet. */
type Question =
  | { kind: 'first-seen' | 'state-since'; key: string }
  | { kind: 'growth' | 'day-ago'; storeKey: string; series: SeriesName };

export interface KnownPast {
  /** Milliseconds since the epoch. */
  now: number;
  /** Each clock's last. */
  forecasts: readonly ForecastRecord[];
  /** That stand. */
  findings: readonly KeptFinding[];
}

/**
 * The past of a host, of which rows are read once a rule asks for them: what is not known yet is answered as if there were nothing,
 * and written down as a question (`takeQuestions`).
 */
export class AskedPast implements FindingPast {
  readonly forecasts: ReadonlyMap<string, StoreForecast>;
  readonly #standing: ReadonlyMap<string, StandingFinding>;
  readonly #known = new Map<string, number | null>();
  #questions = new Map<string, Question>();

  constructor({ now, forecasts, findings }: KnownPast) {
    this.forecasts = storeForecasts(forecasts, now);
    this.#standing = standingFindings(findings);
  }

  firstSeenAt(itemKey: string): number | null {
    return this.#ask({ kind: 'first-seen', key: itemKey });
  }

  stateSince(itemKey: string): number | null {
    return this.#ask({ kind: 'state-since', key: itemKey });
  }

  standing(rule: string, subject: string): StandingFinding | null {
    return this.#standing.get(keyOf({ rule, subject })) ?? null;
  }

  growthPerDay(storeKey: string, series: SeriesName): number | null {
    return this.#ask({ kind: 'growth', storeKey, series });
  }

  valueADayAgo(storeKey: string, series: SeriesName): number | null {
    return this.#ask({ kind: 'day-ago', storeKey, series });
  }

  /** What was asked since the last time and is not known. */
  takeQuestions(): Question[] {
    const questions = [...this.#questions.values()];
    this.#questions = new Map();
    return questions;
  }

  answer(question: Question, value: number | null): void {
    this.#known.set(questionKey(question), value);
  }

  #ask(question: Question): number | null {
    const key = questionKey(question);
    const known = this.#known.get(key);
    if (known === undefined) this.#questions.set(key, question);
    return known ?? null;
  }
}

/** By `keyOf`. */
export function standingFindings(findings: readonly KeptFinding[]): Map<string, StandingFinding> {
  return new Map(
    findings.map((one) => {
      const { standsSince, severity, evidence } = one;
      return [keyOf(one), { since: standsSince, severity, evidence }];
    }),
  );
}

const questionKey = (question: Question): string =>
  'key' in question ? `${question.kind} ${question.key}` : `${question.kind} ${question.series} ${question.storeKey}`;

/** By store key; of what is said now, with the days that are left now. */
export function storeForecasts(records: readonly ForecastRecord[], now: number): Map<string, StoreForecast> {
  const current = records.filter(({ confirmedAt }) => isCurrentForecast(confirmedAt.getTime(), now));
  const stores = [...Map.groupBy(current, ({ storeKey }) => storeKey)];
  return new Map(
    stores.map(([storeKey, ofStore]) => {
      const clocks = ofStore.map((record) => clockOf(record, now));
      const earliest = earliestClock(clocks.map((clock) => ({ ...clock, madeAt: now })));
      const dated = earliest?.daysLeft ? { clock: earliest.clock, daysLeft: earliest.daysLeft } : null;
      return [storeKey, { clocks, earliest: dated }];
    }),
  );
}

function clockOf(record: ForecastRecord, now: number): StoreForecast['clocks'][number] {
  const { clock, verdict, reason, alarm, slopePerDay, used, capacity, since, window } = record;
  return {
    ...{ clock, verdict, reason, alarm, slopePerDay, used, capacity, stops: stopsWrites(clock) },
    daysLeft: carriedDays(record, new Date(now)),
    since: since?.getTime() ?? null,
    // It is not kept.
    alarmFromDays: null,
    window: window && { from: window.from.getTime(), to: window.to.getTime(), points: window.points },
  };
}

/** A host whose past is asked for. */
export interface PastOf extends HostAddress {
  past: AskedPast;
  /** Milliseconds since the epoch. */
  now: number;
  /** Its items are as old as what rules look at, so that the state of one is the one that they see. */
  hasItems: boolean;
  /** Of the beat; null = not read. */
  readingOf(storeKey: string, series: SeriesName): number | null;
}

/** Reads what was asked of some hosts, in four statements; returns those that have something to learn from it. */
export async function answerPasts(sql: Sql, hosts: readonly PastOf[], now: Date): Promise<Set<AskedPast>> {
  const asked = hosts.flatMap((host) => host.past.takeQuestions().map((question) => ({ host, question })));
  const items = asked.flatMap(({ host, question }) =>
    'key' in question ? [{ host, question, ...addressOf(host), key: question.key }] : [],
  );
  const firstSeen = items.filter(({ question }) => question.kind === 'first-seen');
  const firstTimes = await readItemsFirstSeen(sql, firstSeen);
  for (const [place, { host, question }] of firstSeen.entries()) host.past.answer(question, firstTimes[place] ?? null);
  const stateSince = items.filter(({ question }) => question.kind === 'state-since');
  const stateTimes = await readItemsStateSince(sql, stateSince, now);
  for (const [place, { host, question }] of stateSince.entries()) {
    host.past.answer(question, host.hasItems ? (stateTimes[place] ?? null) : null);
  }
  const series = asked.flatMap(({ host, question }) =>
    'key' in question ? [] : [{ host, question, ...addressOf(host), ...question, at: new Date(host.now) }],
  );
  const readings = await readPastReadings(sql, series);
  for (const [place, { host, question, storeKey, series: name }] of series.entries()) {
    const past = readings[place] ?? [];
    const value = host.readingOf(storeKey, name);
    host.past.answer(question, question.kind === 'growth' ? growthOf(past, value, host.now) : dayAgoOf(past, host.now));
  }
  return new Set(asked.map(({ host }) => host.past));
}

const addressOf = ({ hostId, organisationId }: HostAddress): HostAddress => ({ hostId, organisationId });

/** @param past the newest first. */
export function growthOf(past: readonly PastReading[], value: number | null, now: number): number | null {
  const oldest = past.at(-1);
  if (value === null || oldest === undefined || now - oldest.at < MIN_GROWTH_DAYS * DAY_MILLISECONDS) return null;
  return growthPerDay([{ at: now, value }, ...past].map((one) => ({ at: new Date(one.at), value: one.value })));
}

/** @param past the newest first. */
export function dayAgoOf([newest]: readonly PastReading[], now: number): number | null {
  return newest !== undefined && now - newest.at <= MAX_DAY_AGO_DAYS * DAY_MILLISECONDS ? newest.value : null;
}
