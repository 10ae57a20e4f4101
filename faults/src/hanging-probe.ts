import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProbeReport } from '@silt/domain';
import { urlOf } from './harness/peer.ts';
import { type FaultReport, type FaultSettings, onStage, type Stage } from './harness/stage.ts';
import { ensure, until } from './harness/wait.ts';

const COLLECTOR = fileURLToPath(new URL('../../apps/collector/dist/silt-collector.mjs', import.meta.url));
const FUSE_DEVICE = '/dev/fuse';
/** A file server that never answers: in a mount namespace of its own, so that nobody else's statfs hangs. */
const MOUNT_AND_RUN =
  'mount -i -t fuse.glusterfs -o fd=3,rootmode=40000,user_id=0,group_id=0 silt-faults "$1" && shift && exec 3<&- && exec "$@"';
const BEATS = 6;
/** At a beat a second; the one in which the call begins to hang takes as long as its deadline. */
const MOST_BETWEEN_BEATS_SECONDS = 6;

/** Text of a one-time token of an organisation of its own. */
async function makeToken({ owner }: Stage): Promise<string> {
  const token = `silt-enrol-${randomBytes(32).toString('base64url')}`;
  await owner`
    WITH made AS (INSERT INTO organisation (name, slug) VALUES ('Faults', ${randomUUID()}) RETURNING id)
    INSERT INTO enrolment_token (token_hash, organisation_id, created_by, expires_at)
    SELECT ${createHash('sha256').update(token).digest()}, id, 'faults', now() + interval '1 hour' FROM made`;
  return token;
}

/** The built collector, with a file system mounted over `folder` whose server is silent. */
async function startCollector(stage: Stage, folder: string): Promise<void> {
  const tokenFile = join(stage.folder, 'token');
  writeFileSync(tokenFile, await makeToken(stage), { mode: 0o600 });
  const fuse = openSync(FUSE_DEVICE, 'r+');
  const run = ['run', '--url', urlOf(stage.direct), '--enrolment-token-file', tokenFile, '--beat', '1'];
  const command = [process.execPath, COLLECTOR, ...run, '--state', join(stage.folder, 'state'), '--no-docker-sizes'];
  const child = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', MOUNT_AND_RUN, 'sh', folder, ...command],
    { stdio: ['ignore', 'ignore', 'inherit', fuse], env: { ...process.env, LOG_LEVEL: 'error' } },
  );
  const exited = once(child, 'exit');
  stage.onClose(async () => {
    child.kill('SIGKILL');
    // Ends the calls that hang, and with them the process.
    closeSync(fuse);
    await exited;
  });
}

/** 25: statfs of a network file system hangs. */
export const hangingProbe = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    ensure(existsSync(COLLECTOR), 'the collector is not built; `npm run test:faults` does that');
    const folder = join(stage.folder, 'dead-server');
    mkdirSync(folder);
    await startCollector(stage, folder);
    const { owner } = stage;
    const rows = () => owner<{ at: Date }[]>`SELECT received_at AS at FROM snapshot ORDER BY received_at`;
    await until(async () => (await rows()).length >= BEATS, { seconds: 60, what: `${BEATS} beats came` });
    const times = (await rows()).map(({ at }) => at.getTime());
    const between = times.slice(1).map((at, place) => (at - (times[place] as number)) / 1_000);
    const slowest = Math.max(...between);
    ensure(slowest <= MOST_BETWEEN_BEATS_SECONDS, `${slowest} s passed between two beats`);
    const [status] = await owner<{ probes: ProbeReport[] }[]>`SELECT probes FROM host_status`;
    const report = status?.probes.find(({ probe }) => probe === 'filesystems');
    const reason = report?.reason ?? '';
    ensure(reason.includes(folder) && /hang|no answer/.test(reason), `the probe says: ${JSON.stringify(report)}`);
    const others = status?.probes.filter(({ probe, status: how }) => probe !== 'filesystems' && how === 'failed') ?? [];
    ensure(others.length === 0, `other probes failed too: ${JSON.stringify(others)}`);
    return {
      happened: `statfs hung: ${reason.replace(folder, '…')}`,
      figures: { beats: times.length, slowestBeatSeconds: Math.round(slowest * 10) / 10 },
    };
  });
