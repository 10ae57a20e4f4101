import { Peer } from './harness/peer.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { ensure, until } from './harness/wait.ts';

const DAY_MILLISECONDS = 86_400_000;
const EVENT_SECONDS = 10;
/** Corrected time against the server's own. */
const CORRECTED_WITHIN_MILLISECONDS = 10_000;
const FLAG_UNCORRECTED = 1;
/** Postgres has no year 0, and the schema of the wire takes it. */
const YEAR_ZERO = '0000-06-01T00:00:00Z';
const POISONED = 123;

/** 15: clocks a day ahead and a year behind; a boot that hello did not name. */
export const wrongClocks = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(3);
    const shifts = [DAY_MILLISECONDS, -365 * DAY_MILLISECONDS, DAY_MILLISECONDS];
    const bootId = '11111111-2222-4333-8444-555555555555';
    const uptimeMilliseconds = 5_000_000;
    const figures: Record<string, number> = {};
    for (const [place, host] of hosts.entries()) {
      const shift = shifts[place] ?? 0;
      const hostNow = () => new Date(Date.now() + shift).toISOString();
      const peer = await Peer.open(stage.direct, host, { clock: { now: hostNow(), bootId, uptimeMilliseconds } });
      const other = place === 2 ? { bootId: '99999999-2222-4333-8444-555555555555' } : { bootId };
      const takenAt = hostNow();
      peer.sendSnapshot(1, { takenAt, uptimeMilliseconds: uptimeMilliseconds + 1_000, ...other });
      const refused = await peer.acknowledged(1);
      ensure(refused.length === 0, `host ${place}: ${JSON.stringify(refused)}`);
      const [row] = await stage.owner<{ takenAt: Date; observedAt: Date; flags: number }[]>`
        SELECT taken_at AS "takenAt", observed_at AS "observedAt", flags FROM snapshot WHERE host_id = ${host.id}`;
      ensure(row !== undefined, `host ${place} has no row`);
      ensure(row.takenAt.toISOString() === takenAt, `host ${place}: its own time was not kept`);
      const off = Math.abs(row.observedAt.getTime() - Date.now());
      ensure(off < CORRECTED_WITHIN_MILLISECONDS, `host ${place}: the corrected time is ${off} ms off`);
      const flagged = (row.flags & FLAG_UNCORRECTED) === FLAG_UNCORRECTED;
      ensure(flagged === (place === 2), `host ${place}: flags are ${row.flags}`);
      const skew = await until(async () => (await stage.events(host)).find(({ kind }) => kind === 'clock-skew'), {
        seconds: EVENT_SECONDS,
        what: `the skew of host ${place} became an event`,
      });
      figures[`skewDays${place}`] = Math.round(Number(skew.detail.milliseconds) / DAY_MILLISECONDS);
      await peer.close();
    }
    return { happened: 'clocks a day ahead and a year behind, and one of another boot', figures };
  });

/** 16: a second machine with the key of a first one that lives. */
export const clonedHost = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [host] = await stage.addHosts(1);
    if (host === undefined) throw new Error('there is a host');
    const first = await Peer.open(stage.direct, host);
    const clone = await Peer.hello(stage.direct, host);
    const refused = await clone.next('refused');
    ensure(refused.code === 'host-already-connected', `the clone was refused with ${refused.code}`);
    const close = await clone.closed;
    ensure(close.code === 1008, `the clone was closed with ${close.code}`);
    first.sendSnapshot(1);
    await first.acknowledged(1);
    const event = await until(async () => (await stage.events(host)).find(({ kind }) => kind === 'clone-refused'), {
      seconds: EVENT_SECONDS,
      what: 'the clone became an event',
    });
    const [{ streams }] = await stage.owner<[{ streams: number }]>`
      SELECT count(*)::int AS streams FROM collector_stream WHERE host_id = ${host.id}`;
    ensure(streams === 1, `the host has ${streams} streams`);
    await first.close();
    return { happened: `clone refused, event counts ${event.detail.count}`, figures: { streams } };
  });

/** 26: 200 hosts send at once, and what one of them sends no database takes. */
export const poisonousSnapshot = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const hosts = await stage.addHosts(200);
    const peers = await Promise.all(hosts.map((host) => Peer.open(stage.direct, host)));
    const frames = peers.map((peer, place) => peer.snapshotOf(1, place === POISONED ? { takenAt: YEAR_ZERO } : {}));
    for (const [place, peer] of peers.entries()) peer.send(frames[place] as object);
    const refused = await Promise.all(peers.map((peer) => peer.acknowledged(1)));
    for (const [place, refusals] of refused.entries()) {
      const wanted = place === POISONED ? [{ sequence: 1, code: 'not-storable' }] : [];
      ensure(JSON.stringify(refusals) === JSON.stringify(wanted), `host ${place}: ${JSON.stringify(refusals)}`);
    }
    const rows = await stage.stored(hosts);
    ensure(rows === hosts.length - 1, `${rows} rows are stored`);
    ensure(stage.gateway.log.includes('a batch was refused'), 'the culprit was alone in its batch');
    const poisoned = peers[POISONED] as Peer;
    poisoned.sendSnapshot(2);
    await poisoned.acknowledged(2);
    const event = await until(
      async () =>
        (await stage.events(hosts[POISONED] as (typeof hosts)[number])).find((one) => one.kind === 'snapshot-refused'),
      { seconds: EVENT_SECONDS, what: 'the refusal became an event' },
    );
    await Promise.all(peers.map((peer) => peer.close()));
    return { happened: `1 of ${hosts.length} refused: ${event.detail.code}`, figures: { rows } };
  });
