import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './harness/process-memory.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { ensure, secondsSince, until } from './harness/wait.ts';

const DRAIN_SECONDS = 120;
/** In the table: Postgres is stopped for a minute. */
const STOPPED_SECONDS = 60;
const MAX_GROWTH_MEGABYTES = 50;
const MAX_IN_FLIGHT = 64;

/** 6: kill -9 of Postgres under load. */
export const killPostgres = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const { postgres, perSecond } = settings;
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    load.produce(perSecond);
    await load.settles(perSecond);
    const pid = postgres.pid();
    await postgres.kill();
    ensure(!isRunning(pid), 'Postgres did not die');
    await load.fresh();
    const settled = load.now.settled;
    await load.produces(perSecond * 3);
    ensure(load.now.settled === settled, `${load.now.settled - settled} were acknowledged without a database`);
    ensure((await stage.gateway.health()).status === 'ok', 'the gateway does not answer');
    const waiting = load.now.outstanding;
    ensure(waiting >= perSecond * 2, 'nothing waited for the database');
    await postgres.restart();
    const start = performance.now();
    await load.settles(waiting, DRAIN_SECONDS);
    const drainSeconds = secondsSince(start);
    load.produce(0);
    await load.drained();
    ensure(stage.gateway.isAlive, 'the gateway died');
    const verdict = await stage.check(hosts);
    return { happened: `Postgres killed, ${waiting} waited`, figures: { waiting, drainSeconds, ...verdict } };
  });

/** 7: Postgres stopped for a minute, with more at once than may be in flight. */
export const freezePostgres = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const { postgres, perSecond } = settings;
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    load.produce(perSecond);
    await load.settles(perSecond);
    const residentBefore = stage.gateway.resident;
    postgres.freeze();
    await load.fresh();
    const settled = load.now.settled;
    load.burst(MAX_IN_FLIGHT * 2);
    await until(() => load.now.mostInFlight >= MAX_IN_FLIGHT, {
      seconds: 20,
      what: () => `a collector had all it may have under way; it was ${load.now.mostInFlight}`,
    });
    await sleep(1_000 * stage.scaled(STOPPED_SECONDS, { atLeast: 3 }));
    await load.fresh();
    const { mostInFlight, outstanding: waiting } = load.now;
    ensure(load.now.settled - settled <= perSecond, 'acknowledgements came from a stopped database');
    ensure(mostInFlight <= MAX_IN_FLIGHT, `${mostInFlight} were under way at once`);
    const growthMegabytes = Math.round(stage.gateway.resident - residentBefore);
    ensure(growthMegabytes < MAX_GROWTH_MEGABYTES, `the gateway grew by ${growthMegabytes} MB`);
    load.produce(0);
    postgres.thaw();
    const start = performance.now();
    await load.drained(DRAIN_SECONDS);
    const drainSeconds = secondsSince(start);
    const verdict = await stage.check(hosts);
    const figures = { waiting, mostInFlight, growthMegabytes, drainSeconds, ...verdict };
    return { happened: `Postgres stopped, ${waiting} waited`, figures };
  });
