import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountMemory } from './harness/mount-memory.ts';
import { type FaultReport, type FaultSettings, onStage, type Stage } from './harness/stage.ts';
import type { TestHost } from './harness/test-hosts.ts';
import { ensure, until } from './harness/wait.ts';

const HOSTS = 3;
const SPOOL_BYTES = 256 * 1024;
/** Of a golden snapshot on disk, rounded up; and a record may go over the bound. */
const RECORD_BYTES = 4_096;
const OVER_BOUND = 2_000;
const DISK_BYTES = 1024 * 1024;
/** What a collector keeps in memory while its disk takes nothing. */
const MEMORY_RECORDS = 2_000;

/** Reasons and sequences of a host's gaps. */
async function gapsOf(stage: Stage, host: TestHost): Promise<{ reasons: string; count: number }> {
  const gaps = (await stage.events(host)).filter(({ kind }) => kind === 'gap').map(({ detail }) => detail);
  const reasons = [...new Set(gaps.map(({ reason }) => String(reason)))].sort().join(', ');
  return { reasons, count: gaps.reduce((sum, { from, to }) => sum + Number(to) - Number(from) + 1, 0) };
}

/** 12: more than the spool may hold, while the server is away. */
export const spoolBound = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(HOSTS);
    const load = await stage.load(hosts, { spooled: true, spoolBytes: SPOOL_BYTES });
    load.burst(1);
    await load.settles(HOSTS);
    stage.proxy.cut();
    await until(() => load.now.streaming === 0, { seconds: 10, what: 'all collectors are cut off' });
    let fullest = 0;
    for (let made = 0; made < OVER_BOUND; made += OVER_BOUND / 20) {
      load.burst(OVER_BOUND / 20);
      await load.fresh();
      fullest = Math.max(fullest, load.now.spoolBytes);
    }
    ensure(fullest > SPOOL_BYTES / 2, `the spools never filled: ${fullest} bytes`);
    ensure(fullest <= SPOOL_BYTES + RECORD_BYTES, `a spool had ${fullest} bytes`);
    stage.proxy.mend();
    await load.drained();
    const verdict = await stage.check(hosts);
    const gaps = await Promise.all(hosts.map((host) => gapsOf(stage, host)));
    ensure(
      gaps.every(({ reasons }) => reasons === 'spool-full'),
      `the gaps are ${JSON.stringify(gaps)}`,
    );
    ensure(verdict.produced === verdict.stored + verdict.gaps, `not all is accounted for: ${JSON.stringify(verdict)}`);
    return { happened: `bound of ${SPOOL_BYTES} bytes reached`, figures: { fullestBytes: fullest, ...verdict } };
  });

/** 11: the collector's disk is full, and then read-only. */
export const diskFull = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [host] = await stage.addHosts(1);
    if (host === undefined) throw new Error('there is a host');
    const folder = join(stage.folder, 'disk');
    mkdirSync(folder);
    stage.onClose(mountMemory(folder, DISK_BYTES));
    const load = await stage.load([host], { spooled: true, spoolFolder: folder });
    load.burst(1);
    await load.settles(1);
    stage.proxy.cut();
    await until(() => load.now.streaming === 0, { seconds: 10, what: 'the collector is cut off' });
    const ballast = join(folder, 'ballast');
    let full = false;
    try {
      writeFileSync(ballast, Buffer.alloc(2 * DISK_BYTES));
    } catch (error) {
      full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    }
    ensure(full, 'the disk did not fill');
    load.burst(MEMORY_RECORDS + 500);
    await load.produces(0);
    await load.fresh();
    stage.proxy.mend();
    await load.drained();
    const whileFull = await gapsOf(stage, host);
    ensure(whileFull.reasons === 'memory-full', `gaps of a full disk: ${JSON.stringify(whileFull)}`);
    const readOnly = spawnSync('mount', ['-o', 'remount,ro', folder]);
    ensure(readOnly.status === 0, `the disk could not be made read-only: ${readOnly.stderr}`);
    load.burst(10);
    await load.drained();
    const verdict = await stage.check([host]);
    ensure(verdict.produced === verdict.stored + verdict.gaps, `not all is accounted for: ${JSON.stringify(verdict)}`);
    ensure(load.isAlive, 'the collector died');
    return { happened: 'disk full, then read-only', figures: { lostInMemory: whileFull.count, ...verdict } };
  });
