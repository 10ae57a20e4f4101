import { setTimeout as sleep } from 'node:timers/promises';
import { readSurveys } from '@silt/db';
import { type FaultReport, type FaultSettings, onStage, type Stage } from './harness/stage.ts';
import type { TestHost } from './harness/test-hosts.ts';
import { ensure, until } from './harness/wait.ts';

const DRAIN_SECONDS = 120;
/** Of each host, while Postgres is stopped. */
const SURVEYS = 14;
/** The gateway takes one a second. */
const SURVEY_MILLISECONDS = 1_100;
/** Before the last one, which must not come within that second even where the gateway is behind. */
const LAST_MILLISECONDS = 5_000;
/** Of all hosts together; compressed they have three quarters of it. */
const SURVEY_CHARACTERS = 20_000_000;
const COMPRESSED_BYTES = 0.75 * SURVEY_CHARACTERS;
/** What waits is 15 MB, one of each host; the rest is what was taken apart and is not cleaned up yet. */
const MAX_GROWTH_MEGABYTES = 200;

/** 27: Postgres stopped while every collector sends one survey after the other. */
export const freezeUnderSurveys = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const { postgres, perSecond } = settings;
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    const characters = SURVEY_CHARACTERS / hosts.length;
    load.produce(perSecond);
    await load.settles(perSecond);
    const residentBefore = stage.gateway.resident;
    let number = 1;
    let since = new Date();
    load.survey(number, characters);
    await untilStored(stage, hosts, { number, since });
    postgres.freeze();
    const bytesBefore = stage.proxy.collectorBytes;
    let mostResident = residentBefore;
    while (number <= SURVEYS) {
      number += 1;
      since = new Date();
      load.survey(number, characters);
      const goal = stage.proxy.collectorBytes + 0.95 * COMPRESSED_BYTES;
      await until(() => stage.proxy.collectorBytes >= goal, {
        seconds: DRAIN_SECONDS,
        what: `survey ${number} of each host came, while nothing was stored`,
      });
      await sleep(number === SURVEYS ? LAST_MILLISECONDS : SURVEY_MILLISECONDS);
      mostResident = Math.max(mostResident, stage.gateway.resident);
    }
    const growthMegabytes = Math.round(mostResident - residentBefore);
    const surveyMegabytes = Math.round((stage.proxy.collectorBytes - bytesBefore) / 1e6);
    ensure(growthMegabytes < MAX_GROWTH_MEGABYTES, `the gateway grew by ${growthMegabytes} MB`);
    ensure(surveyMegabytes > MAX_GROWTH_MEGABYTES, `no more than ${surveyMegabytes} MB of surveys came`);
    load.produce(0);
    postgres.thaw();
    await load.drained(DRAIN_SECONDS);
    await untilStored(stage, hosts, { number, since });
    const verdict = await stage.check(hosts);
    const figures = { surveysPerHost: number, surveyMegabytes, growthMegabytes, ...verdict };
    return { happened: `Postgres stopped, ${surveyMegabytes} MB of surveys came`, figures };
  });

/** Of each host the survey with this number, observed at `since` or later, is what is kept. */
function untilStored({ owner }: Stage, hosts: readonly TestHost[], { number, since }: { number: number; since: Date }) {
  const ids = hosts.map(({ id }) => `${id}`);
  const look = async (): Promise<boolean> => {
    // Most of the time this alone is asked, since reading what they hold takes a while.
    const [row] = await owner<[{ count: number }]>`
      SELECT count(*)::int AS count FROM survey WHERE host_id = ANY (${ids}::bigint[]) AND observed_at >= ${since}`;
    if (row.count < hosts.length) return false;
    const surveys = await readSurveys(
      owner,
      hosts.map(({ id }) => ({ hostId: id })),
    );
    return hosts.every(({ id }) => surveys.get(id)?.inventory?.maxUserNamespaces === number);
  };
  return until(look, { seconds: DRAIN_SECONDS, what: `the last survey of each host is kept, number ${number}` });
}
