import { openDemoServices } from '@silt/services';
import { HISTORY_DAYS } from '@silt/simulator';
import type { LoadEnvironment } from './env.ts';
import { COLLECTOR_VERSION, demoFleet } from './fleet.ts';
import { readTokensFile, writeTokensFile } from './tokens-file.ts';

const DAY_MILLISECONDS = 86_400_000;
const BEAT_SECONDS = 300;
const PROGRESS_DAYS = 15;

/**
 * Registers the simulated fleet and fills its history up to now; a fleet that is there gets what it lacks.
 * `say` is given a line at a time, the counts last.
 */
export async function load(
  environment: LoadEnvironment,
  tokensFile: string,
  say: (line: string) => void,
): Promise<void> {
  const began = performance.now();
  const { SILT_INGEST_DATABASE_URL: databaseUrl, SILT_ORGANISATION_ID: organisationId } = environment;
  const services = openDemoServices(databaseUrl);
  try {
    const now = new Date();
    const start = await services.readFleetStart(organisationId);
    const anchorAt = start === null ? now : new Date(start.getTime() + HISTORY_DAYS * DAY_MILLISECONDS);
    const known = await readTokensFile(tokensFile);
    const tokens = new Map(Object.entries(known?.tokens ?? {}));
    const hosts = await services.registerHosts({ organisationId, hosts: demoFleet(anchorAt), tokens });
    await writeTokensFile(tokensFile, {
      anchorAt: anchorAt.toISOString(),
      tokens: Object.fromEntries(hosts.map(({ host, token }) => [host.facts.machineId, token])),
    });
    const { snapshots, readings } = await services.loadHistory({
      hosts,
      collectorVersion: COLLECTOR_VERSION,
      from: now.getTime() - HISTORY_DAYS * DAY_MILLISECONDS,
      now,
      stepSeconds: BEAT_SECONDS,
      onProgress: progress(say),
    });
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    say(
      snapshots === 0
        ? `The simulated fleet of ${hosts.length} hosts is complete (${seconds} s).`
        : `Simulated fleet: ${hosts.length} hosts, ${snapshots} snapshots with ${readings} readings loaded in ${seconds} s.`,
    );
  } finally {
    await services.close();
  }
}

function progress(say: (line: string) => void): (done: { days: number; ofDays: number; snapshots: number }) => void {
  let said = 0;
  return ({ days, ofDays, snapshots }) => {
    if (days < said + PROGRESS_DAYS) return;
    said = days;
    say(`${days} of ${ofDays} days, ${snapshots} snapshots`);
  };
}
