import { openDatabase } from '@silt/db';
import { askRules, type FindingInput, type FindingPast, RULES } from '@silt/domain/findings';
import type { HistoryStage } from '../history/history-stage.ts';
import { readPostmaster } from '../history/postgres-cpu.ts';
import { addCosts, type CpuCost, costOf, dividedBy, NO_COST } from './cpu-cost.ts';
import { loadJudgedFleet, storeBeats, type Told, tellAll } from './judged-fleet.ts';
import { SurveyMeter, type SurveysResult } from './measure-surveys.ts';

/** From one slow beat to the next. */
const BEAT_MILLISECONDS = 300_000;
const DAY_MILLISECONDS = 86_400_000;
/** In the first all begins, in the second it opens. */
const COLD_ROUNDS = 2;
const WARM_ROUNDS = 4;
const ROUNDS = COLD_ROUNDS + WARM_ROUNDS;

export interface JudgingResult {
  hosts: number;
  /** Of one host: judged the first time, and once warm. */
  first: CpuCost;
  warm: CpuCost;
  /** Of one host: its rules asked once of an inventory in memory, and nothing read or kept. */
  rulesAlone: CpuCost;
  /** That stand in the end. */
  findingsAHost: number;
  surveys: SurveysResult;
}

/** Rounds of slow beats, five minutes apart and the last one now, each stored as the gateway does it and judged. */
export async function measureJudging(
  stage: HistoryStage,
  { hosts: count, log }: { hosts: number; log: (line: string) => void },
): Promise<JudgingResult> {
  const begin = Date.now() - ROUNDS * BEAT_MILLISECONDS;
  const hosts = await loadJudgedFleet(stage, { count, end: new Date(begin), log });
  const postmaster = await readPostmaster(stage.admin);
  const ingest = openDatabase(stage.database.urls.silt_ingest, { applicationName: 'silt-bench', max: 1 });
  try {
    const meter = new SurveyMeter({ ingest, postmaster });
    const sums = { first: NO_COST, warm: NO_COST, rulesAlone: NO_COST };
    let judged = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const at = new Date(begin + (round + 1) * BEAT_MILLISECONDS);
      const told = tellAll(hosts, at);
      await storeBeats(stage, told, at);
      await meter.take(told, at, round >= COLD_ROUNDS);
      const { cost, hosts: ofRound } = await judgeAll(stage, postmaster, told.length);
      if (round === 0) sums.first = dividedBy(cost, ofRound);
      log(
        `judging: round ${round + 1} of ${ROUNDS}, ${ofRound} hosts, ${(cost.worker + cost.postgres).toFixed(0)} ms of CPU`,
      );
      if (round < COLD_ROUNDS) continue;
      judged += ofRound;
      sums.warm = addCosts(sums.warm, cost);
      sums.rulesAlone = addCosts(sums.rulesAlone, await askAll(told, at, postmaster));
    }
    const [{ standing }] = await stage.admin<[{ standing: number }]>`
      SELECT count(*) AS standing FROM finding WHERE resolved_at IS NULL`;
    return {
      ...{ hosts: hosts.length, first: sums.first, warm: dividedBy(sums.warm, judged) },
      ...{ rulesAlone: dividedBy(sums.rulesAlone, judged), findingsAHost: standing / hosts.length },
      surveys: meter.result(),
    };
  } finally {
    await ingest.end();
  }
}

async function judgeAll(
  { worker }: HistoryStage,
  postmaster: number,
  due: number,
): Promise<{ cost: CpuCost; hosts: number }> {
  let hosts = 0;
  const cost = await costOf(postmaster, async () => {
    const { hosts: done, faults, failures } = await worker.judgeHosts(new AbortController().signal);
    if (faults.length + failures.length > 0)
      throw new Error('hosts could not be judged', { cause: { faults, failures } });
    hosts = done;
  });
  if (hosts !== due) throw new Error(`${hosts} of ${due} hosts were judged`);
  return { cost, hosts };
}

/** With a past that knows an answer to each question at once. */
function askAll(told: readonly Told[], at: Date, postmaster: number): Promise<CpuCost> {
  const inputs = told.map((one) => inputOf(one, at.getTime()));
  return costOf(postmaster, async () => {
    for (const input of inputs) {
      const { faults } = askRules(input, RULES, (finding) => finding);
      if (faults.length > 0) throw new Error('a rule failed', { cause: faults });
    }
  });
}

function inputOf({ host, snapshot, inventory }: Told, now: number): FindingInput {
  const { entries } = snapshot.layout;
  const longAgo = now - 2 * DAY_MILLISECONDS;
  const past: FindingPast = {
    forecasts: new Map(),
    firstSeenAt: () => longAgo,
    stateSince: () => longAgo,
    standing: () => null,
    growthPerDay: () => 0,
    valueADayAgo: (storeKey, series) =>
      snapshot.readings[entries.findIndex((one) => one.storeKey === storeKey && one.series === series)] ?? null,
  };
  return { now, facts: host.simulated.facts, snapshot, inventory, past };
}
