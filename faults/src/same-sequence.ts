import { randomUUID } from 'node:crypto';
import { Peer } from './harness/peer.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { ensure, until } from './harness/wait.ts';

const EVENT_SECONDS = 10;
/** An hour of beats, 30 s apart. */
const FRAMES_OF_AN_HOUR = 120;
const BEAT_MILLISECONDS = 30_000;

/** 17: one hour of frames, sent again in a later connection. */
export const replayHour = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [host] = await stage.addHosts(1);
    if (host === undefined) throw new Error('there is a host');
    const stream = randomUUID();
    const first = await Peer.open(stage.direct, host, { stream });
    const frames: string[] = [];
    const now = Date.now();
    for (let sequence = 1; sequence <= FRAMES_OF_AN_HOUR; sequence += 1) {
      const takenAt = new Date(now - (FRAMES_OF_AN_HOUR - sequence) * BEAT_MILLISECONDS).toISOString();
      frames.push(JSON.stringify(first.snapshotOf(sequence, { takenAt })));
    }
    await sendAll(first, frames);
    await first.close();
    const before = await stage.stored([host]);
    ensure(before === FRAMES_OF_AN_HOUR, `${before} of ${FRAMES_OF_AN_HOUR} frames were stored at first`);
    const again = await Peer.open(stage.direct, host, { stream });
    for (const frame of frames) again.send(frame);
    await until(() => again.received.filter(({ type }) => type === 'ack').length >= FRAMES_OF_AN_HOUR, {
      seconds: EVENT_SECONDS,
      what: 'each repeat was acknowledged',
    });
    ensure(again.refusals.length === 0, `repeats were refused: ${JSON.stringify(again.refusals[0])}`);
    const after = await stage.stored([host]);
    ensure(after === before, `${after - before} repeats were stored`);
    await again.close();
    return { happened: `${frames.length} frames replayed`, figures: { rowsBefore: before, rowsAfter: after } };
  });

/** No more in flight than a collector may have. */
async function sendAll(peer: Peer, frames: readonly string[]): Promise<void> {
  for (const [place, frame] of frames.entries()) {
    peer.send(frame);
    if (place % 32 === 31) await peer.acknowledged(place + 1);
  }
  await peer.acknowledged(frames.length);
}

/** 18: a sequence that was stored comes again and holds something else. */
export const sameKeyOtherHash = (settings: FaultSettings): Promise<FaultReport> =>
  onStage(settings, async (stage) => {
    const [host] = await stage.addHosts(1);
    if (host === undefined) throw new Error('there is a host');
    const stream = randomUUID();
    const first = await Peer.open(stage.direct, host, { stream });
    const frames = [1, 2, 3].map((sequence) => first.snapshotOf(sequence));
    for (const frame of frames) first.send(frame);
    await first.acknowledged(3);
    await first.close();
    const again = await Peer.open(stage.direct, host, { stream });
    const [one, , three] = frames;
    again.send({ ...one });
    again.send({ ...three, readings: [999_999, ...(three?.readings.slice(1) ?? [])] });
    again.sendSnapshot(4);
    const refused = await again.acknowledged(4);
    ensure(
      JSON.stringify(refused) === JSON.stringify([{ sequence: 3, code: 'conflict' }]),
      `refused was ${JSON.stringify(refused)}`,
    );
    const event = await until(async () => (await stage.events(host)).find(({ kind }) => kind === 'sequence-conflict'), {
      seconds: EVENT_SECONDS,
      what: 'the conflict became an event',
    });
    const audits = await until(
      async () => {
        const rows = await stage.owner`
          SELECT action FROM audit_event WHERE organisation_id = ${host.organisationId} AND action = 'sequence.conflict'`;
        return rows.length;
      },
      { seconds: EVENT_SECONDS, what: 'the conflict was audited' },
    );
    const [kept] = await stage.owner<[{ marker: number }]>`
      SELECT readings[1] AS marker FROM snapshot WHERE host_id = ${host.id} AND sequence = 3`;
    ensure(kept.marker === 3, 'what was stored first was overwritten');
    const rows = await stage.stored([host]);
    ensure(rows === 4, `${rows} rows are stored in place of 4`);
    await again.close();
    return { happened: `sequence ${event.detail.sequence} refused`, figures: { audits, rows } };
  });
