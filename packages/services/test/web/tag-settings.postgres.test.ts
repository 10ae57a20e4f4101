import { readTagSettings, withOrganisation } from '@silt/db';
import {
  BUILT_IN_BEATS,
  DEFAULT_HORIZON_DAYS,
  MAX_HORIZON_DAYS,
  MAX_LISTED_TAGS,
  MAX_TAG_SETTINGS,
  MIN_SLOW_BEAT_SECONDS,
  type TagSetting,
} from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Actor, WebServices } from '../../src/index.ts';
import { addHome, auditsOf, type CollectorStage, openCollectorStage } from '../collector-stage.ts';
import { addHost, type TestFleet } from '../fleet-rows.ts';

const NOTHING = { horizonDays: null, fastBeatSeconds: null, slowBeatSeconds: null };
const CI: TagSetting = { tag: 'ci', horizonDays: 14, fastBeatSeconds: 30, slowBeatSeconds: null };

let stage: CollectorStage;
let fleet: TestFleet;
let tagSettings: WebServices['tagSettings'];

beforeAll(async () => {
  stage = await openCollectorStage(inject('postgresUrl'));
  fleet = stage.fleet;
  tagSettings = stage.services.tagSettings;
});

afterAll(() => stage.close());

async function addTagged(home: Actor, name: string, tags: string[], retired = false): Promise<void> {
  const { id } = await addHost(fleet.owner, home.organisationId, name);
  await fleet.owner`UPDATE host SET tags = ${tags}, retired_at = ${retired ? new Date() : null} WHERE id = ${id}`;
}

describe('the list', () => {
  test('has every host alone, with nothing set, where nobody set anything', async () => {
    const home = await addHome(stage, 'Fresh');
    expect(await tagSettings.list(home.organisationId)).toEqual({
      settings: [{ tag: '', ...NOTHING, hosts: 0 }],
      builtIn: { ...BUILT_IN_BEATS, horizonDays: DEFAULT_HORIZON_DAYS },
      unsetTags: [],
    });
  });

  test('counts the hosts of each tag that are not retired, and names tags without a setting by their hosts', async () => {
    const home = await addHome(stage, 'Counted');
    await addTagged(home, 'a', ['ci', 'db', 'db']);
    await addTagged(home, 'b', ['ci', 'web']);
    await addTagged(home, 'c', ['web']);
    await addTagged(home, 'd', []);
    await addTagged(home, 'e', ['ci', 'gone'], true);
    for (const tag of ['none', 'ci', '']) await tagSettings.set(home, { ...CI, tag });
    const { settings, unsetTags } = await tagSettings.list(home.organisationId);
    expect(settings.map(({ tag, hosts }) => [tag, hosts])).toEqual([
      ['', 4],
      ['ci', 2],
      ['none', 0],
    ]);
    expect(unsetTags).toEqual(['web', 'db']);
  });

  test('counts the hosts of a rare tag that has a setting, however many tags there are', async () => {
    const home = await addHome(stage, 'Manifold');
    await addTagged(home, 'a', ['zz-rare', ...Array.from({ length: MAX_LISTED_TAGS + 5 }, (_, n) => `t${n}`)]);
    await tagSettings.set(home, { ...CI, tag: 'zz-rare' });
    const { settings, unsetTags } = await tagSettings.list(home.organisationId);
    expect(settings[1]).toMatchObject({ tag: 'zz-rare', hosts: 1 });
    expect(unsetTags).toHaveLength(MAX_LISTED_TAGS - 1);
  });
});

describe('a change', () => {
  test('replaces the whole setting of its tag, and each is in the audit log', async () => {
    const home = await addHome(stage, 'Changed');
    const { organisationId } = home;
    await tagSettings.set(home, CI);
    await tagSettings.set(home, { ...CI, fastBeatSeconds: null, slowBeatSeconds: 60 });
    await tagSettings.set(home, { tag: '', ...NOTHING, horizonDays: 3 });
    const read = () => withOrganisation(fleet.owner, organisationId, (tx) => readTagSettings(tx, organisationId));
    expect(await read()).toEqual([
      { tag: '', ...NOTHING, horizonDays: 3 },
      { ...CI, fastBeatSeconds: null, slowBeatSeconds: 60 },
    ]);
    await tagSettings.remove(home, 'ci');
    await tagSettings.remove(home, '');
    expect(await read()).toEqual([]);
    const by = { actorKind: 'user', actor: home.userId };
    const beats = { fastBeatSeconds: null, slowBeatSeconds: 60 };
    expect(await auditsOf(stage, organisationId)).toEqual([
      {
        ...{ ...by, action: 'tag-setting.set', subject: 'ci' },
        detail: { horizonDays: 14, fastBeatSeconds: 30, slowBeatSeconds: null },
      },
      { ...{ ...by, action: 'tag-setting.set', subject: 'ci' }, detail: { horizonDays: 14, ...beats } },
      {
        ...{ ...by, action: 'tag-setting.set', subject: '' },
        detail: { horizonDays: 3, fastBeatSeconds: null, slowBeatSeconds: null },
      },
      { ...by, action: 'tag-setting.remove', subject: 'ci', detail: {} },
      { ...by, action: 'tag-setting.remove', subject: '', detail: {} },
    ]);
  });

  test.each<[string, TagSetting]>([
    ['a tag with a blank', { ...CI, tag: 'a b' }],
    ['nothing said', { tag: 'ci', ...NOTHING }],
    ['a horizon beyond all', { ...CI, horizonDays: MAX_HORIZON_DAYS + 1 }],
    ['half a second', { ...CI, fastBeatSeconds: 0.5 }],
    ['a slow beat that is too fast', { ...CI, slowBeatSeconds: MIN_SLOW_BEAT_SECONDS - 1 }],
  ])('with %s is bad input, and leaves nothing behind', async (name, setting) => {
    const home = await addHome(stage, `Bad ${name}`);
    await expect(tagSettings.set(home, setting)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await auditsOf(stage, home.organisationId)).toEqual([]);
    expect((await tagSettings.list(home.organisationId)).settings).toHaveLength(1);
  });

  test('by an admin is taken, by a member forbidden', async () => {
    const home = await addHome(stage, 'Roles');
    const member: Actor = { ...home, role: 'member' };
    await tagSettings.set({ ...home, role: 'admin' }, CI);
    await expect(tagSettings.set(member, { ...CI, horizonDays: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(tagSettings.remove(member, 'ci')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await tagSettings.list(home.organisationId)).settings[1]).toMatchObject(CI);
    expect(await auditsOf(stage, home.organisationId)).toHaveLength(1);
  });

  test('touches the own organisation alone', async () => {
    const [ours, theirs] = [await addHome(stage, 'Ours'), await addHome(stage, 'Theirs')];
    await addTagged(theirs, 'secret', ['secret']);
    await tagSettings.set(ours, CI);
    expect(await tagSettings.list(theirs.organisationId)).toMatchObject({ settings: [{ tag: '', ...NOTHING }] });
    for (const tag of ['ci', '', `x'; DROP TABLE host; --`])
      await expect(tagSettings.remove(theirs, tag)).rejects.toMatchObject({ code: 'not-found' });
    expect((await tagSettings.list(ours.organisationId)).unsetTags).toEqual([]);
  });

  test(`is refused beyond ${MAX_TAG_SETTINGS} tags, however many ask at once; that of every host is not counted`, async () => {
    const home = await addHome(stage, 'Many');
    await fleet.owner`
      INSERT INTO tag_setting (organisation_id, tag, horizon_days)
      SELECT ${home.organisationId}, 't' || n, 5 FROM generate_series(1, ${MAX_TAG_SETTINGS - 1}) AS n`;
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((tag) => tagSettings.set(home, { ...CI, tag })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    await tagSettings.set(home, { ...CI, tag: '' });
    await tagSettings.set(home, { ...CI, tag: 't1' });
  });
});
