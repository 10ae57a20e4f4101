import { type DemoServices, openDemoServices, type RegisteredHost } from '@silt/services';
import { HISTORY_DAYS } from '@silt/simulator';
import { createKeyPair } from '@silt/wire';
import type { LoadEnvironment } from './env.ts';
import { COLLECTOR_VERSION, demoFleet, FLEET_DAYS } from './fleet.ts';
import { readKeysFile, writeKeysFile } from './keys-file.ts';

const DAY_MILLISECONDS = 86_400_000;
const BEAT_SECONDS = 300;
/** Exact beats are loaded of so many days, since most of the time goes into them; before them hours and days. */
const EXACT_DAYS = 35;
const INVENTORY_DAYS = 90;
/** The rules are asked of each inventory of so many days, so that findings have a past, and some are resolved. */
const FINDING_DAYS = 30;
const PROGRESS_DAYS = 15;
/** What would have been said each day of so many days, so that pages have forecasts whose time has come. */
const FORECAST_DAYS = 35;
const FORECAST_STEP_HOURS = 24;

/**
 * Registers the simulated fleet and fills its history up to now; a fleet that is there gets what it lacks.
 * `say` is given a line at a time, the counts last.
 */
export async function load(environment: LoadEnvironment, keysFile: string, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  const { SILT_INGEST_DATABASE_URL: databaseUrl, SILT_ORGANISATION_ID: organisationId } = environment;
  const services = openDemoServices(databaseUrl);
  try {
    const now = new Date();
    const start = await services.readFleetStart(organisationId);
    const anchorAt = start === null ? now : anchorOf(start, now);
    const hosts = await registerFleet(services, { organisationId, anchorAt, keysFile });
    const { snapshots, readings } = await services.loadHistory({
      hosts,
      collectorVersion: COLLECTOR_VERSION,
      from: midnightBefore(now.getTime() - EXACT_DAYS * DAY_MILLISECONDS),
      earlyFrom: now.getTime() - FLEET_DAYS * DAY_MILLISECONDS,
      now,
      stepSeconds: BEAT_SECONDS,
      onProgress: progress(say),
    });
    const forecasts = await services.forecastPast({
      hosts,
      from: new Date(midnightBefore(now.getTime() - FORECAST_DAYS * DAY_MILLISECONDS)),
      to: now,
      stepHours: FORECAST_STEP_HOURS,
    });
    const { inventories, versions, findings } = await services.loadInventories({
      ...{ hosts, collectorVersion: COLLECTOR_VERSION, now },
      from: now.getTime() - INVENTORY_DAYS * DAY_MILLISECONDS,
      judgeFrom: now.getTime() - FINDING_DAYS * DAY_MILLISECONDS,
    });
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    say(
      snapshots + inventories === 0
        ? `The simulated fleet of ${hosts.length} hosts is complete (${seconds} s).`
        : `Simulated fleet: ${hosts.length} hosts, ${snapshots} snapshots with ${readings} readings, ${inventories} inventories with ${versions} versions of items, ${forecasts} forecasts and ${findings} findings loaded in ${seconds} s.`,
    );
  } finally {
    await services.close();
  }
}

/** Of a fleet that is there. One from before the year's history began with its scenarios; its anchor is past too. */
function anchorOf(start: Date, now: Date): Date {
  const after = (days: number): Date => new Date(start.getTime() + days * DAY_MILLISECONDS);
  return after(FLEET_DAYS) <= now ? after(FLEET_DAYS) : after(HISTORY_DAYS);
}

const midnightBefore = (at: number): number => Math.floor(at / DAY_MILLISECONDS) * DAY_MILLISECONDS;

async function registerFleet(
  services: DemoServices,
  { organisationId, anchorAt, keysFile }: { organisationId: string; anchorAt: Date; keysFile: string },
): Promise<RegisteredHost[]> {
  const known = (await readKeysFile(keysFile))?.keys ?? {};
  const fleet = demoFleet(anchorAt);
  const pairs = new Map(fleet.map(({ facts }) => [facts.machineId, known[facts.machineId] ?? createKeyPair()]));
  const publicKeys = new Map([...pairs].map(([id, { publicKey }]) => [id, Buffer.from(publicKey, 'base64url')]));
  const hosts = await services.registerHosts({ organisationId, hosts: fleet, publicKeys });
  const keys = hosts.flatMap(({ host, hostPublicId: hostId, key }) => {
    const { machineId } = host.facts;
    const pair = pairs.get(machineId);
    return pair ? [[machineId, { hostId, key, publicKey: pair.publicKey, privateKey: pair.privateKey }]] : [];
  });
  await writeKeysFile(keysFile, { anchorAt: anchorAt.toISOString(), keys: Object.fromEntries(keys) });
  return hosts;
}

function progress(say: (line: string) => void): (done: { days: number; ofDays: number; snapshots: number }) => void {
  let said = 0;
  return ({ days, ofDays, snapshots }) => {
    if (days < said + PROGRESS_DAYS) return;
    said = days;
    say(`${days} of ${ofDays} days, ${snapshots} snapshots`);
  };
}
