import { join } from 'node:path';
import { readJournal } from './harness/journal.ts';
import { copyFolders, flipBit, replaceFolders, segmentsOf, tearTail } from './harness/spool-files.ts';
import { type FaultReport, type FaultSettings, onStage, type Stage } from './harness/stage.ts';
import type { TestHost } from './harness/test-hosts.ts';
import { ensure, until } from './harness/wait.ts';

/** Spools are files with an fsync a beat each: fewer than the table's load. */
const SPOOLED_HOSTS = 20;
const RECORDS_A_HOST = 10;
/** Less than any record: only the last one is torn. */
const TORN_BYTES = 5;

/** Collectors with a backlog on disk that was never sent, killed. */
async function killWithBacklog(stage: Stage, hosts: readonly TestHost[]): Promise<void> {
  const load = await stage.load(hosts, { spooled: true });
  load.burst(1);
  await load.settles(hosts.length);
  stage.proxy.cut();
  await until(() => load.now.streaming === 0, { seconds: 10, what: 'all collectors are cut off' });
  load.burst(RECORDS_A_HOST);
  const kept = () => readJournal(stage.journal).filter(({ kind }) => kind === 'kept').length;
  await until(() => kept() === hosts.length * (RECORDS_A_HOST + 1), { seconds: 20, what: 'all is on disk' });
  await load.kill();
  stage.proxy.mend();
}

/** 4: kill -9 of collectors, and the last record of each is half written. */
export const killInSpoolWrite = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(SPOOLED_HOSTS);
    await killWithBacklog(stage, hosts);
    for (const { name } of hosts) tearTail(join(stage.spools, name), TORN_BYTES);
    const load = await stage.load(hosts, { spooled: true });
    load.burst(1);
    await load.drained();
    const verdict = await stage.check(hosts);
    ensure(verdict.produced - verdict.stored === hosts.length, `${verdict.produced - verdict.stored} were lost`);
    ensure(verdict.gaps === hosts.length, `${verdict.gaps} sequences are covered by gaps`);
    return { happened: `${hosts.length} torn tails`, figures: { torn: hosts.length, ...verdict } };
  });

/** 5: kill -9 of collectors that had their acknowledgement, with the record still on disk. */
export const killBeforeDelete = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(SPOOLED_HOSTS);
    const load = await stage.load(hosts, { spooled: true });
    stage.proxy.stall('from-server');
    load.burst(RECORDS_A_HOST);
    await until(async () => (await stage.stored(hosts)) === hosts.length * RECORDS_A_HOST, {
      seconds: 20,
      what: 'all was stored',
    });
    ensure(load.now.settled === 0, 'acknowledgements came through the stalled wire');
    const copy = join(stage.folder, 'copy');
    copyFolders(stage.spools, copy);
    stage.proxy.mend();
    await load.drained();
    await load.kill();
    replaceFolders(stage.spools, copy);
    const kept = hosts.filter(({ name }) => segmentsOf(join(stage.spools, name)).length > 0).length;
    ensure(kept === hosts.length, `only ${kept} spools hold what was acknowledged`);
    const again = await stage.load(hosts, { spooled: true });
    again.burst(1);
    await again.drained();
    const verdict = await stage.check(hosts);
    ensure(verdict.stored === verdict.produced && verdict.gaps === 0, `stored: ${JSON.stringify(verdict)}`);
    const [{ streams }] = await stage.owner<
      [{ streams: number }]
    >`SELECT count(*)::int AS streams FROM collector_stream`;
    ensure(streams === hosts.length, `${streams} streams of ${hosts.length} hosts`);
    return { happened: `${kept} spools held what was acknowledged`, figures: { streams, ...verdict } };
  });

/** 13: one bit of one record is another one. */
export const flipBitOfSpool = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(SPOOLED_HOSTS);
    await killWithBacklog(stage, hosts);
    for (const { name } of hosts) flipBit(join(stage.spools, name), RECORDS_A_HOST / 2);
    const load = await stage.load(hosts, { spooled: true });
    load.burst(1);
    await load.drained();
    const verdict = await stage.check(hosts);
    ensure(verdict.produced - verdict.stored === hosts.length, `${verdict.produced - verdict.stored} were lost`);
    const reasons = new Set<unknown>();
    for (const host of hosts) {
      for (const { kind, detail } of await stage.events(host)) if (kind === 'gap') reasons.add(detail.reason);
    }
    ensure(reasons.size === 1 && reasons.has('corrupt'), `the gaps' reasons are ${[...reasons]}`);
    return { happened: `${hosts.length} bits flipped`, figures: { ...verdict } };
  });

/** 14: a record that no frame can hold, between good ones. */
export const oversizeRecord = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(2);
    const load = await stage.load(hosts, { spooled: true });
    load.burst(2);
    load.oversize();
    load.burst(2);
    await load.drained();
    const verdict = await stage.check(hosts);
    const [first] = hosts as [TestHost];
    const gaps = (await stage.events(first)).filter(({ kind }) => kind === 'gap');
    ensure(gaps.length === 1 && gaps[0]?.detail.reason === 'oversize', `gaps: ${JSON.stringify(gaps)}`);
    ensure(verdict.stored === 8 && verdict.gaps === 1, `stored: ${JSON.stringify(verdict)}`);
    return { happened: `sequence ${gaps[0].detail.from} set aside`, figures: { ...verdict } };
  });
