import {
  deleteTagSetting,
  readTagSettings,
  readTagUse,
  recordAudit,
  withOrganisation,
  writeTagSetting,
} from '@silt/db';
import {
  type Beats,
  DEFAULT_HORIZON_DAYS,
  isTag,
  MAX_FAST_BEAT_SECONDS,
  MAX_HORIZON_DAYS,
  MAX_LISTED_TAGS,
  MAX_SLOW_BEAT_SECONDS,
  MAX_TAG_CHARACTERS,
  MAX_TAG_SETTINGS,
  MIN_FAST_BEAT_SECONDS,
  MIN_HORIZON_DAYS,
  MIN_SLOW_BEAT_SECONDS,
  type TagSetting,
  type TagSettingList,
  type TagSettingProblem,
  tagSettingProblem,
} from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { Actor, TagSettingServices } from '../web-services.ts';
import { type CollectorContext, requireAdmin } from './collector-context.ts';

type TagSettingContext = Pick<CollectorContext, 'sql'>;

const SENTENCES: Record<TagSettingProblem, string> = {
  tag: `A tag has 1 to ${MAX_TAG_CHARACTERS} letters or digits.`,
  empty: 'Set at least one of horizon, fast beat and slow beat, or remove the tag.',
  horizon: `Alarms look ${MIN_HORIZON_DAYS} to ${MAX_HORIZON_DAYS} whole days ahead.`,
  'fast-beat': `The fast beat is ${MIN_FAST_BEAT_SECONDS} to ${MAX_FAST_BEAT_SECONDS} whole seconds.`,
  'slow-beat': `The slow beat is ${MIN_SLOW_BEAT_SECONDS} to ${MAX_SLOW_BEAT_SECONDS} whole seconds.`,
};

/** @param run each call; it names a database that is away. */
export function openTagSettingServices(
  builtIn: Beats,
  run: <Result>(call: (context: TagSettingContext) => Promise<Result>) => Promise<Result>,
): TagSettingServices {
  return {
    list: (organisationId) => run((context) => listTagSettings(context, organisationId, builtIn)),
    set: (actor, setting) => run((context) => setTagSetting(context, actor, setting)),
    remove: (actor, tag) => run((context) => removeTagSetting(context, actor, tag)),
  };
}

async function listTagSettings(
  { sql }: TagSettingContext,
  organisationId: string,
  builtIn: Beats,
): Promise<TagSettingList> {
  const { settings, use } = await withOrganisation(sql, organisationId, async (tx) => {
    const settings = await readTagSettings(tx, organisationId);
    const first = settings.map(({ tag }) => tag);
    return { settings, use: await readTagUse(tx, organisationId, { first, limit: MAX_LISTED_TAGS }) };
  });
  const hostsOf = new Map(use.tags.map(({ tag, hosts }) => [tag, hosts]));
  const everyHost = settings.find(({ tag }) => tag === '');
  const named = settings.filter(({ tag }) => tag !== '');
  const nothing = { tag: '', horizonDays: null, fastBeatSeconds: null, slowBeatSeconds: null };
  const set = new Set(named.map(({ tag }) => tag));
  return {
    settings: [
      { ...(everyHost ?? nothing), hosts: use.hosts },
      ...named.map((setting) => ({ ...setting, hosts: hostsOf.get(setting.tag) ?? 0 })),
    ],
    builtIn: { ...builtIn, horizonDays: DEFAULT_HORIZON_DAYS },
    unsetTags: use.tags.flatMap(({ tag }) => (set.has(tag) ? [] : [tag])),
  };
}

/** Adds the setting of a tag or changes the whole of it. Errors: `forbidden`, `bad-input`, `conflict`. */
async function setTagSetting({ sql }: TagSettingContext, actor: Actor, setting: TagSetting): Promise<void> {
  requireAdmin(actor);
  const problem = tagSettingProblem(setting);
  if (problem !== null) throw new ServiceError('bad-input', SENTENCES[problem]);
  const { organisationId, userId } = actor;
  const { tag, horizonDays, fastBeatSeconds, slowBeatSeconds } = setting;
  await withOrganisation(sql, organisationId, async (tx) => {
    if (!(await writeTagSetting(tx, organisationId, setting, MAX_TAG_SETTINGS)))
      throw new ServiceError('conflict', `There are settings of ${MAX_TAG_SETTINGS} tags. Remove one first.`);
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'tag-setting.set', subject: tag },
      detail: { horizonDays, fastBeatSeconds, slowBeatSeconds },
      address: null,
    });
  });
}

/** What every host has is as built in again when the empty tag is removed. Errors: `forbidden`, `not-found`. */
async function removeTagSetting({ sql }: TagSettingContext, actor: Actor, tag: string): Promise<void> {
  requireAdmin(actor);
  const { organisationId, userId } = actor;
  await withOrganisation(sql, organisationId, async (tx) => {
    if ((tag !== '' && !isTag(tag)) || !(await deleteTagSetting(tx, organisationId, tag)))
      throw new ServiceError('not-found', 'There is no setting of this tag.');
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, action: 'tag-setting.remove', subject: tag },
      detail: {},
      address: null,
    });
  });
}
