import type { Inventory } from '@silt/domain';
import { parseSurvey } from '@silt/wire/survey';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDockerdArguments, socketPathsOf } from '../src/docker/daemon-arguments.ts';
import { timeOf } from '../src/docker/json.ts';
import { isoOf } from '../src/layers/read-records.ts';
import { summarise } from '../src/problem.ts';
import { storableText, withStorableTexts } from '../src/storable-text.ts';
import { type Answers, capturedAnswers } from './fake-docker.ts';
import { fixture } from './fixture.ts';
import { IncidentHost } from './incident-host.ts';

/** Whatever a host names its things, its survey is taken. */

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
});
afterEach(() => host.remove());

const SOCKET = 'host/var/run/docker.sock';
const O4 = '9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361';
const LONG = 'x'.repeat(5_000);
const CUT = `${'x'.repeat(4_095)}…`;

type Json = Record<string, unknown>;
const body = (name: string) => JSON.parse(fixture(`docker-inventory/overlay2-1-normal/api_${name}.json`));

async function surveyOf(answers: Answers): Promise<Inventory> {
  host.putMounts(fixture('mounts/docker-overlay2.txt'));
  await host.listen(SOCKET, { ...capturedAnswers('overlay2-1-normal'), ...answers });
  return (await host.look({ dockerSizes: true })).inventory;
}
const daemonOf = ({ docker }: Inventory) => docker?.daemons[0];
/** The same after JSON, as a gateway takes it. */
const parsed = (inventory: Inventory) => parseSurvey(JSON.parse(JSON.stringify(inventory)));

test('labels, options, warnings, images and states that are too long are cut, and all else is as it was', async () => {
  const info: Json = body('info');
  info.DriverStatus = [
    ['Backing Filesystem', LONG],
    [LONG, 'value'],
  ];
  info.Warnings = [LONG, 'short'];
  const [first, ...others]: Json[] = body('containers_json_all_1');
  const labels = { 'com.docker.compose.project': LONG, 'com.docker.compose.service': 'web' };
  const edited = { ...first, Image: LONG, Status: LONG, State: LONG, Names: [`/${LONG}`], Labels: labels };
  const [image, ...images]: Json[] = body('images_json_digests_1');
  const inventory = await surveyOf({
    '/info': JSON.stringify(info),
    '/containers/json?all=1': JSON.stringify([edited, ...others]),
    '/images/json': JSON.stringify([{ ...image, RepoTags: [LONG, 'app:1'] }, ...images]),
  });
  expect(daemonOf(inventory)).toMatchObject({
    driverStatus: [
      { name: 'Backing Filesystem', value: CUT },
      { name: CUT, value: 'value' },
    ],
    warnings: [CUT, 'short'],
  });
  const [container] = daemonOf(inventory)?.containers ?? [];
  expect(container).toMatchObject({ image: CUT, status: CUT, state: CUT, composeProject: CUT });
  expect(container?.names).toEqual([`${'x'.repeat(4_094)}…`]);
  expect(container?.labels).toEqual({ 'com.docker.compose.project': CUT, 'com.docker.compose.service': 'web' });
  expect(daemonOf(inventory)?.images?.[0]?.tags).toEqual([CUT, 'app:1']);
  expect(parsed(inventory)).toEqual({ ok: true, inventory });
});

test.each([
  ['long', LONG],
  ['of a NUL', 'a\0b'],
  ['of half a surrogate pair', 'a\ud800'],
  ['of a pair where it is cut', `${'x'.repeat(4_094)}😀😀`],
  ['of another type', { a: [LONG] }],
  ['a time in a year of five digits', '+020000-01-01T00:00:00.000Z'],
  ['a number beyond all time', 253_402_300_800],
])('a daemon whose every answer has a value %s in the place of any other is not refused', async (_, wrong) => {
  const names = ['info', 'version', 'containers_json_all_1', 'images_json_digests_1', 'volumes', 'system_df'];
  const paths = ['/info', '/version', '/containers/json?all=1', '/images/json', '/volumes', '/system/df?verbose=1'];
  const answers = names.map((name, place) => [paths[place], JSON.stringify(spoilt(body(name), wrong))]);
  const details = JSON.stringify(spoilt(body(`containers_${O4}_json`), wrong));
  const inventory = await surveyOf({ ...Object.fromEntries(answers), [`/containers/${O4}/json`]: details });
  expect(daemonOf(inventory)?.state).toBe('answers');
  expect(daemonOf(inventory)?.containers?.length).toBeGreaterThan(0);
  expect(parsed(inventory)).toEqual({ ok: true, inventory });
});

/** What keeps a row: by these the probes know it for one. */
const KEPT = ['Id', 'ID', 'Driver', 'DockerRootDir', 'Version', 'ApiVersion', 'State', 'Name', 'Destination'];

/** Every value below replaced but for those. */
function spoilt(value: unknown, wrong: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => spoilt(one, wrong));
  if (typeof value !== 'object' || value === null) return wrong;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const isKept = KEPT.includes(name) && typeof one === 'string';
      return [name, isKept ? one : spoilt(one, wrong)];
    }),
  );
}

test('a daemon that says why it does not answer at great length is told in as many characters as a reason may have', async () => {
  host.putMounts(fixture('mounts/docker-overlay2.txt'));
  const socket = `/${'s'.repeat(2_000)}.sock`;
  host.start(40, { name: 'dockerd', arguments: ['dockerd', '-H', `unix://${socket}`], cgroup: '9:name=systemd:/\n' });
  const { inventory } = await host.look();
  expect(daemonOf(inventory)?.state).toBe('no socket');
  expect(daemonOf(inventory)?.stateReason).toHaveLength(1_024);
  expect(parsed(inventory)).toEqual({ ok: true, inventory });
});

describe('parts', () => {
  test('a path that nothing can lie at is none', () => {
    const long = `/${'d'.repeat(5_000)}`;
    expect(parseDockerdArguments(['--data-root', '/a', '--data-root', long]).dataRoot).toBe('/a');
    expect(socketPathsOf([`unix://${long}`])).toEqual([]);
  });

  test('times of files and of daemons have years of four digits', () => {
    expect(isoOf(8.7e18)).toBe('9999-12-31T23:59:59.000Z');
    expect(isoOf(-1)).toBe('1970-01-01T00:00:00.000Z');
    expect(timeOf(253_402_300_800)).toBeNull();
    expect(timeOf(253_402_300_799)).toBe('9999-12-31T23:59:59.000Z');
  });

  test('a reason is not cut within a surrogate pair', () => {
    for (const length of [1_021, 1_022, 1_023]) {
      const { reason } = summarise([{ status: 'failed', text: `${'x'.repeat(length)}😀😀` }]);
      expect(reason?.isWellFormed()).toBe(true);
      expect(reason?.length).toBeLessThanOrEqual(1_024);
    }
  });

  test('what can be stored is the very same value; what cannot is copied down to it', () => {
    const fine = { a: ['x', null, 1], b: { c: true } };
    expect(withStorableTexts(fine)).toBe(fine);
    const spoiled = { ...fine, d: [{ e: 'a\0' }] };
    const copy = withStorableTexts(spoiled);
    expect(copy).toEqual({ ...fine, d: [{ e: 'a\u{FFFD}' }] });
    expect(copy.a).toBe(fine.a);
    expect(spoiled.d[0]?.e).toBe('a\0');
    expect(storableText('x'.repeat(4_096))).toHaveLength(4_096);
  });
});
