import { randomBytes } from 'node:crypto';
import type { Inventory, Snapshot } from '@silt/domain';
import { type SimulatedHost, simulatedFleet } from '@silt/simulator';
import { type HistoryStage, rollUpAll } from '../history/history-stage.ts';

const SEED = 'bench';
const COLLECTOR_VERSION = 'benchmark';
const PUBLIC_KEY_BYTES = 32;
const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
/** Growth of a week, and what forecasts need. */
const HISTORY_DAYS = 10;
const STEP_SECONDS = 900;
/** "For a day" must be so. */
const ITEM_DAYS = 2;
/** Each clock has a forecast that is current. */
const FORECAST_HOURS = 1;

/** A host that goes on telling. */
export interface JudgedHost {
  hostId: number;
  organisationId: string;
  simulated: SimulatedHost;
}

/** What a slow beat of one of them tells. */
export interface Told {
  host: JudgedHost;
  snapshot: Snapshot;
  inventory: Inventory;
}

/** Simulated hosts with their last days in the database: readings, rolled up; items; forecasts. All that send at `end`. */
export async function loadJudgedFleet(
  stage: HistoryStage,
  { count, end, log }: { count: number; end: Date; log: (line: string) => void },
): Promise<JudgedHost[]> {
  const { demo, organisationId } = stage;
  const fleet = simulatedFleet({ seed: SEED, hosts: 2 * count, anchorAt: end });
  const hosts = fleet.filter((host) => host.snapshot(end) !== null && host.silentSince === null).slice(0, count);
  if (hosts.length < count) throw new Error(`the simulated fleet has ${hosts.length} of ${count} such hosts`);
  const publicKeys = new Map(hosts.map(({ facts }) => [facts.machineId, randomBytes(PUBLIC_KEY_BYTES)]));
  const registered = await demo.registerHosts({ organisationId, hosts, publicKeys });
  const options = { hosts: registered, collectorVersion: COLLECTOR_VERSION, now: end };
  const from = end.getTime() - HISTORY_DAYS * DAY_MILLISECONDS;
  await demo.loadHistory({ ...options, from, earlyFrom: from, stepSeconds: STEP_SECONDS });
  await rollUpAll(stage);
  log(`judging: ${count} hosts have ${HISTORY_DAYS} days of readings`);
  await demo.loadInventories({ ...options, from: end.getTime() - ITEM_DAYS * DAY_MILLISECONDS });
  const before = new Date(end.getTime() - FORECAST_HOURS * HOUR_MILLISECONDS);
  await demo.forecastPast({ hosts: registered, from: before, to: end, stepHours: FORECAST_HOURS });
  await stage.admin`VACUUM ANALYZE`;
  log(`judging: they have items and forecasts`);
  const simulatedOf = new Map(hosts.map((host) => [host.facts.machineId, host]));
  return registered.map(({ hostId, host: { facts } }) => ({
    ...{ hostId, organisationId },
    simulated: simulatedOf.get(facts.machineId) as SimulatedHost,
  }));
}

/** Those that send at that moment. */
export function tellAll(hosts: readonly JudgedHost[], at: Date): Told[] {
  return hosts.flatMap((host) => {
    const [snapshot, inventory] = [host.simulated.snapshot(at), host.simulated.inventory(at)];
    return snapshot === null || inventory === null ? [] : [{ host, snapshot, inventory }];
  });
}

/** As ingest leaves the status of a host and its items after a slow beat, of a layout that it had before. */
export async function storeBeats({ admin }: HistoryStage, told: readonly Told[], at: Date): Promise<void> {
  const beats = told.map(({ host: { hostId }, snapshot: { readings, probes } }) => ({
    host_id: hostId,
    readings,
    probes,
  }));
  await admin`
    UPDATE host_status s SET last_seen_at = ${at}, observed_at = ${at}, probes = b.probes,
      readings = ARRAY(SELECT jsonb_array_elements_text(b.readings)::numeric::bigint)
    FROM jsonb_to_recordset(${admin.json(beats as never)}) AS b (host_id bigint, readings jsonb, probes jsonb)
    WHERE s.host_id = b.host_id AND cardinality(s.readings) = jsonb_array_length(b.readings)`;
  await admin`
    UPDATE inventory_state SET observed_at = ${at}
    WHERE host_id = ANY(${told.map(({ host: { hostId } }) => hostId)}::bigint[])`;
}
