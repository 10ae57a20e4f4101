import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadFleet } from './harness/load-fleet.ts';
import { type FaultReport, type FaultSettings, onStage, type Stage } from './harness/stage.ts';
import type { TestHost } from './harness/test-hosts.ts';
import { ensure, secondsSince, until } from './harness/wait.ts';

/** In the table: five minutes, and a day. */
const CUT_SECONDS = 300;
const BEATS_OF_A_DAY = 8_640;
const BEATS_AT_ONCE = 480;
const BEAT_MILLISECONDS = 10_000;
const SPOOLED_HOSTS = 40;
/** Two pings of 15 s without an answer, and the third finds it dead. */
const HALF_OPEN_SECONDS = 50;
const STEADY_SECONDS = 120;
const MAX_GROWTH_MEGABYTES = 50;
/** All at once would be within a tenth of a second. */
const JITTER_MILLISECONDS = 300;

/** Rows that were received before one of an earlier sequence of their stream. */
async function rowsOutOfOrder({ owner }: Stage, hosts: readonly TestHost[]): Promise<number> {
  const [row] = await owner<[{ count: number }]>`
    SELECT count(*)::int AS count FROM (
      SELECT received_at < lag(received_at) OVER (PARTITION BY host_id, stream_no ORDER BY sequence) AS early
      FROM snapshot WHERE host_id = ANY (${hosts.map(({ id }) => `${id}`)}::bigint[])) AS rows WHERE early`;
  return row.count;
}

/** As many beats as a day has, each at its time of that day; in parts, so that the disk keeps up. */
async function produceADay(load: LoadFleet): Promise<void> {
  for (let left = BEATS_OF_A_DAY - BEATS_AT_ONCE; left >= 0; left -= BEATS_AT_ONCE) {
    load.burst(BEATS_AT_ONCE, {
      spacingMilliseconds: BEAT_MILLISECONDS,
      agoMilliseconds: left * BEAT_MILLISECONDS,
    });
    await load.fresh();
  }
}

/** 9: the network is cut for five minutes, and for one collector as if for a day. */
export const cutNetwork = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(SPOOLED_HOSTS);
    const load = await stage.load(hosts, { spooled: true });
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond);
    stage.proxy.cut();
    await until(() => load.now.streaming === 0, { seconds: 10, what: 'all collectors are cut off' });
    const settled = load.now.settled;
    await sleep(1_000 * stage.scaled(CUT_SECONDS, { atLeast: 5 }));
    ensure(load.now.settled === settled, 'acknowledgements came through the cut');
    const waiting = load.now.outstanding;
    load.produce(0);
    const lone = await stage.addHosts(1);
    const day = await stage.load(lone, { spooled: true, connected: false, journal: 'journal-of-a-day' });
    await produceADay(day);
    const spoolMegabytes = Math.round(day.now.spoolBytes / 1e5) / 10;
    stage.proxy.mend();
    const start = performance.now();
    await load.drained();
    const drainSeconds = secondsSince(start);
    await day.drained(300);
    const dayDrainSeconds = secondsSince(start);
    const verdict = await stage.check(hosts);
    const ofADay = await stage.check(lone, 'journal-of-a-day');
    ensure(verdict.gaps === 0 && ofADay.gaps === 0, 'something was lost within the bound of the spool');
    ensure(ofADay.stored === BEATS_OF_A_DAY, `${ofADay.stored} of a day are stored`);
    const early = await rowsOutOfOrder(stage, [...hosts, ...lone]);
    ensure(early === 0, `${early} rows came out of order`);
    const figures = { waiting, drainSeconds, dayRecords: ofADay.stored, spoolMegabytes, dayDrainSeconds, ...verdict };
    return { happened: `cut, ${waiting} and a day of ${BEATS_OF_A_DAY} waited`, figures };
  });

/** 10: the wire carries nothing and stands. */
export const halfOpen = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(20);
    const load = await stage.load(hosts);
    load.produce(10);
    await load.settles(20);
    stage.proxy.stall('both');
    const start = performance.now();
    const { connections } = stage.proxy;
    ensure(connections === hosts.length, `${connections} connections stand`);
    const by = { collector: 0, gateway: 0 };
    await until(
      async () => {
        if (by.collector === 0 && load.now.streaming === 0) by.collector = secondsSince(start);
        if (by.gateway === 0 && (await stage.gateway.health()).collectors === 0) by.gateway = secondsSince(start);
        return by.collector > 0 && by.gateway > 0;
      },
      { seconds: HALF_OPEN_SECONDS, what: () => `both sides noticed: ${JSON.stringify(by)}` },
    );
    stage.proxy.mend();
    await load.streaming();
    load.produce(0);
    await load.drained();
    const verdict = await stage.check(hosts);
    const figures = { collectorNoticedSeconds: by.collector, gatewayNoticedSeconds: by.gateway, ...verdict };
    return { happened: `${connections} connections stood still`, figures };
  });

/** 19: all collectors lose the gateway in one moment, and come back. */
export const reconnectAtOnce = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond);
    const residentBefore = stage.gateway.resident;
    const { disconnects } = load.now;
    stage.proxy.cut();
    stage.proxy.mend();
    const start = performance.now();
    await until(() => load.now.disconnects - disconnects >= hosts.length, { seconds: 10, what: 'all were cut off' });
    const firstBack = await until(() => load.now.streaming > 0 && performance.now() - start, {
      seconds: STEADY_SECONDS,
      what: 'the first one is back',
    });
    await load.streaming(STEADY_SECONDS);
    const backSeconds = secondsSince(start);
    const spreadMilliseconds = Math.round(performance.now() - start - firstBack);
    ensure(spreadMilliseconds >= JITTER_MILLISECONDS, `all came back within ${spreadMilliseconds} ms`);
    await load.settles(settings.perSecond);
    const growthMegabytes = Math.round(stage.gateway.resident - residentBefore);
    ensure(growthMegabytes < MAX_GROWTH_MEGABYTES, `the gateway grew by ${growthMegabytes} MB`);
    load.produce(0);
    await load.drained();
    const verdict = await stage.check(hosts);
    const figures = { backSeconds, spreadMilliseconds, growthMegabytes, ...verdict };
    return { happened: `${hosts.length} connections lost at once`, figures };
  });
