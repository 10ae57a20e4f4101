import { RULES } from '@silt/domain/findings';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { IncidentHost, type Look } from '../../../probes/test/incident-host.ts';
import { LEFT_VOLUME, putDindStep } from '../../../probes/test/incident-hosts.ts';
import { addHost, addLayout, DAY_MILLISECONDS, setStatus, type TestHost } from '../fleet-rows.ts';
import { at, JudgeStage } from './judge-stage.ts';

/** What no temporary folder has: subvolumes. */
const kernel = vi.hoisted(() => ({ factsOf: (_path: string): object => ({}) }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const lstat = async (path: string) => Object.assign(await real.lstat(path), kernel.factsOf(path));
  const stat = async (path: string, options: { bigint: false }) =>
    Object.assign(await real.stat(path, options), kernel.factsOf(path));
  return { ...real, lstat, stat };
});

let stage: JudgeStage;
let captured: IncidentHost;

beforeAll(async () => {
  stage = await JudgeStage.open(inject('postgresUrl'));
});
beforeEach(() => stage.begin());
afterEach(() => captured.remove());
afterAll(() => stage.close());

/** Captures docker-btrfs-2 and 3: a docker-in-docker container is there; then it was removed without its volume. */
async function lookAt(step: 2 | 3): Promise<Look> {
  captured?.remove();
  captured = new IncidentHost();
  kernel.factsOf = (path) => captured.factsOf(path);
  await putDindStep(captured, step);
  return captured.look();
}

let layouts = 0;

/** The look as beat and survey of a moment, with all of its rules asked. */
async function judge(host: TestHost, { snapshot, inventory }: Look, minutes: number): Promise<void> {
  layouts += 1;
  await addLayout(stage.owner, host, layouts, snapshot.layout);
  const { readings } = snapshot;
  await setStatus(stage.owner, host, { at: at(minutes), readings, layoutNo: layouts, fullest: null });
  await stage.survey(host, at(minutes), inventory);
  await stage.owner`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at)
    VALUES (${host.id}, ${host.organisationId}, 1, 1, ${at(minutes)})
    ON CONFLICT (host_id) DO UPDATE SET observed_at = excluded.observed_at`;
  expect(await stage.judge(at(minutes), RULES)).toMatchObject({ hosts: 1, faults: [], failures: [] });
}

test('a leftover of docker in docker opens, is resolved while a container uses its volume, and reopens when none does', async () => {
  const host = await addHost(stage.owner, stage.organisationId, 'ci-07');
  const leftover = async () => {
    const [row] = await stage.owner<{ no: number; state: string }[]>`
      SELECT finding_no AS no, state FROM finding
      WHERE host_id = ${host.id} AND rule = 'dind-leftover'`;
    return row;
  };
  const [used, left] = [await lookAt(2), await lookAt(3)];
  await judge(host, left, 0);
  expect(await leftover()).toMatchObject({ state: 'new' });
  await judge(host, left, 5);
  expect(await leftover()).toMatchObject({ state: 'open' });
  for (const minutes of [10, 15]) await judge(host, used, minutes);
  expect(await leftover()).toMatchObject({ state: 'open' });
  await judge(host, used, 20);
  expect(await leftover()).toMatchObject({ state: 'resolved' });
  await judge(host, left, (2 * DAY_MILLISECONDS) / 60_000);
  expect(await leftover()).toMatchObject({ state: 'reopened' });
  const told = await stage.owner<{ change: string; title: string }[]>`
    SELECT detail ->> 'change' AS change, detail -> 'title' ->> 'zh-CN' AS title FROM event
    WHERE host_id = ${host.id} AND detail ->> 'findingNo' = ${String((await leftover())?.no)} ORDER BY event_no`;
  expect(told.map(({ change }) => change)).toEqual(['opened', 'resolved', 'reopened']);
  expect(told.every(({ title }) => title.includes(LEFT_VOLUME.slice(0, 12)))).toBe(true);
});
