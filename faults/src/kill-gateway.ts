import { Peer } from './harness/peer.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { ensure, secondsSince, until } from './harness/wait.ts';

const BACK_SECONDS = 30;
const EXIT_SECONDS = 10;

/** 1: kill -9 of the gateway under load. */
export const killGateway = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts();
    const load = await stage.load(hosts);
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond * 2);
    stage.gateway.signal('SIGKILL');
    const { signal } = await stage.gateway.exited;
    ensure(signal === 'SIGKILL', 'the gateway did not die of the signal');
    await until(() => load.now.streaming === 0, { seconds: 5, what: 'all collectors lost the gateway' });
    const disconnects = load.now.disconnects;
    ensure(disconnects >= hosts.length, 'not every collector was cut off');
    await stage.restartGateway();
    const start = performance.now();
    await load.streaming(BACK_SECONDS);
    const backSeconds = secondsSince(start);
    await load.settles(settings.perSecond);
    load.produce(0);
    await load.drained();
    const verdict = await stage.check(hosts);
    return { happened: `gateway killed, ${disconnects} connections lost`, figures: { backSeconds, ...verdict } };
  });

/** 2: kill -9 of the gateway between COMMIT and acknowledgement. */
export const killBeforeAck = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [lone, ...hosts] = await stage.addHosts();
    if (lone === undefined) throw new Error('there is a host');
    const load = await stage.load(hosts);
    const stream = '0b2f1c9e-63f4-4c56-8f0a-2f1f0a6a3d11';
    const peer = await Peer.open(stage.wired, lone, { stream });
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond);
    stage.proxy.stall('from-server');
    await load.fresh();
    const settledBefore = load.now.settled;
    const sentence = JSON.stringify(peer.snapshotOf(1));
    peer.send(sentence);
    await load.produces(settings.perSecond * 2);
    load.produce(0);
    const committed = await until(
      async () => {
        const [rows, own] = [await stage.stored(hosts), await stage.stored([lone])];
        return own === 1 && rows > load.now.settled && rows;
      },
      { seconds: 10, what: 'rows were committed whose acknowledgement did not arrive' },
    );
    stage.gateway.signal('SIGKILL');
    await stage.gateway.exited;
    const unacknowledged = committed - load.now.settled;
    ensure(unacknowledged > 0 && load.now.settled === settledBefore, 'acknowledgements arrived in between');
    ensure(peer.lastAcknowledged === 0, 'the acknowledgement of the lone collector arrived');
    stage.proxy.cut();
    await stage.restartGateway();
    stage.proxy.mend();
    await load.drained();
    const again = await Peer.open(stage.wired, lone, { stream });
    const { lastCommittedSequence } = await again.next('welcome');
    ensure(lastCommittedSequence === 1, 'the welcome does not say what was committed');
    again.send(sentence);
    ensure((await again.acknowledged(1)).length === 0, 'the repeat was refused');
    ensure((await stage.stored([lone])) === 1, 'the repeat was stored');
    const verdict = await stage.check(hosts);
    await again.close();
    return { happened: `${unacknowledged} committed without acknowledgement`, figures: { unacknowledged, ...verdict } };
  });

/** 3: SIGTERM of the gateway under load. */
export const endGateway = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [lone, ...hosts] = await stage.addHosts();
    if (lone === undefined) throw new Error('there is a host');
    const load = await stage.load(hosts);
    const peer = await Peer.open(stage.direct, lone);
    load.produce(settings.perSecond);
    await load.settles(settings.perSecond);
    for (let sequence = 1; sequence <= 50; sequence += 1) peer.sendSnapshot(sequence);
    const start = performance.now();
    stage.gateway.signal('SIGTERM');
    const { code } = await stage.gateway.exited;
    const exitSeconds = secondsSince(start);
    const close = await peer.closed;
    ensure(code === 0, `the gateway ended with ${code}`);
    ensure(exitSeconds <= EXIT_SECONDS, `the gateway took ${exitSeconds} s to end`);
    ensure(close.code === 1001, `it closed with ${close.code}`);
    const stored = await stage.stored([lone]);
    ensure(stored === peer.lastAcknowledged, `${stored} are stored, ${peer.lastAcknowledged} were acknowledged`);
    await stage.restartGateway();
    await load.streaming();
    await load.settles(settings.perSecond);
    load.produce(0);
    await load.drained();
    const verdict = await stage.check(hosts);
    return {
      happened: `ended with 1001 and exit code ${code}`,
      figures: { exitSeconds, inFlightAtTheEnd: 50, storedOfThem: stored, ...verdict },
    };
  });
