'use client';
import {
  isTag,
  MAX_FAST_BEAT_SECONDS,
  MAX_HORIZON_DAYS,
  MAX_SLOW_BEAT_SECONDS,
  MAX_TAG_CHARACTERS,
  MIN_FAST_BEAT_SECONDS,
  MIN_HORIZON_DAYS,
  MIN_SLOW_BEAT_SECONDS,
  type TagSetting,
  type TagSettingList,
  tagSettingProblem,
} from '@silt/domain';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { BacktestPreview } from '../../shared/backtest/backtest-preview.tsx';
import { ChangeProblem } from './change-problem.tsx';
import { NumberField } from './number-field.tsx';
import { useTagSettingChange } from './use-tag-setting-change.ts';

const NEW: TagSetting = { tag: '', horizonDays: null, fastBeatSeconds: null, slowBeatSeconds: null };

interface TagSettingFormProps {
  list: TagSettingList;
  /** The setting to change; null = of a tag that has none yet. */
  changed: TagSetting | null;
  /** The reader asked for it, or has just left it. */
  takesFocus: boolean;
  onSaved(): void;
  onLeft(): void;
}

/** Sets what holds for a tag, or changes it; below, what another horizon would have done. */
export function TagSettingForm({ list, changed, takesFocus, onSaved, onLeft }: TagSettingFormProps) {
  const t = useTranslations('alarms');
  const tCommon = useTranslations('common');
  const trpc = useTRPC();
  const reload = useTagSettingChange();
  const [typed, setTyped] = useState<TagSetting>(changed ?? NEW);
  const [isTried, setTried] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const save = useMutation(
    trpc.tagSettings.set.mutationOptions({
      onSuccess: async () => {
        await reload();
        onSaved();
      },
    }),
  );
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  const { tag, horizonDays, fastBeatSeconds, slowBeatSeconds } = typed;
  const setting = { tag: tag.trim(), horizonDays, fastBeatSeconds, slowBeatSeconds };
  const problem = useProblem(setting, changed, list);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problem === null) save.mutate(setting);
  };
  const isEvery = changed?.tag === '';
  const name = isEvery ? t('everyHost') : (changed?.tag ?? '');
  return (
    <section className="card">
      <header className="card-head">
        <h2 ref={heading} tabIndex={-1} className="font-semibold">
          {changed ? t('changeTitle', { name }) : t('add')}
        </h2>
      </header>
      <form onSubmit={submit} className="card-body grid gap-3">
        <div className="flex flex-wrap items-start gap-3">
          {!changed && <TagField tag={tag} change={(next) => setTyped({ ...typed, tag: next })} list={list} />}
          <SettingFields typed={typed} change={setTyped} base={isEvery ? list.builtIn : everyHostOf(list)} />
        </div>
        <p className="text-xs text-fg-3">{isEvery ? t('emptyEvery') : t('emptyTag')}</p>
        <p role="alert" className="text-xs font-semibold empty:hidden">
          {problem !== null && (isTried || problem.isTyped) && problem.sentence}
        </p>
        <ChangeProblem error={save.error} />
        <div className="flex gap-2">
          <button type="submit" className="btn btn-primary" disabled={save.isPending}>
            {save.isPending ? t('saving') : t('saveIt')}
          </button>
          {changed && (
            <button type="button" className="btn" onClick={onLeft}>
              {tCommon('cancel')}
            </button>
          )}
        </div>
      </form>
      <Preview setting={setting} isKnown={changed !== null || isTag(setting.tag)} />
    </section>
  );
}

interface Problem {
  sentence: string;
  /** About what stands in a field, not about what is still to come. */
  isTyped: boolean;
}

/** Why it cannot be saved as it stands; null = it can. Numbers out of range are told by their fields. */
function useProblem(setting: TagSetting, changed: TagSetting | null, { settings }: TagSettingList): Problem | null {
  const t = useTranslations('alarms');
  const { tag } = setting;
  if (changed === null && tag !== '' && !isTag(tag))
    return { sentence: t('wrongTag', { tag, max: MAX_TAG_CHARACTERS }), isTyped: true };
  if (changed === null && tag !== '' && settings.some((row) => row.tag === tag))
    return { sentence: t('taken', { tag }), isTyped: true };
  const problem = tagSettingProblem(setting);
  return problem === 'empty' ? { sentence: t('nothingSet'), isTyped: false } : null;
}

type Values = TagSettingList['builtIn'];

const everyHostOf = ({ settings, builtIn }: TagSettingList): Values => {
  const every = settings.find(({ tag }) => tag === '');
  return {
    horizonDays: every?.horizonDays ?? builtIn.horizonDays,
    fastBeatSeconds: every?.fastBeatSeconds ?? builtIn.fastBeatSeconds,
    slowBeatSeconds: every?.slowBeatSeconds ?? builtIn.slowBeatSeconds,
  };
};

interface TagFieldProps {
  tag: string;
  change(tag: string): void;
  list: TagSettingList;
}

function TagField({ tag, change, list }: TagFieldProps) {
  const t = useTranslations('alarms');
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {t('tag')}
      </label>
      <input
        id={id}
        type="text"
        required
        autoComplete="off"
        spellCheck={false}
        list={`${id}-tags`}
        value={tag}
        onChange={(event) => change(event.target.value)}
        aria-invalid={tag.trim() !== '' && !isTag(tag.trim())}
        className="field w-44"
      />
      <datalist id={`${id}-tags`}>
        {list.unsetTags.map((unset) => (
          <option key={unset} value={unset} />
        ))}
      </datalist>
    </div>
  );
}

interface SettingFieldsProps {
  typed: TagSetting;
  change(setting: TagSetting): void;
  /** What holds where a field is empty. */
  base: Values;
}

function SettingFields({ typed, change, base }: SettingFieldsProps) {
  const t = useTranslations('alarms');
  return (
    <>
      <NumberField
        label={t('horizonDays')}
        value={typed.horizonDays}
        change={(horizonDays) => change({ ...typed, horizonDays })}
        emptyValue={base.horizonDays}
        least={MIN_HORIZON_DAYS}
        most={MAX_HORIZON_DAYS}
      />
      <NumberField
        label={t('fastSeconds')}
        value={typed.fastBeatSeconds}
        change={(fastBeatSeconds) => change({ ...typed, fastBeatSeconds })}
        emptyValue={base.fastBeatSeconds}
        least={MIN_FAST_BEAT_SECONDS}
        most={MAX_FAST_BEAT_SECONDS}
      />
      <NumberField
        label={t('slowSeconds')}
        value={typed.slowBeatSeconds}
        change={(slowBeatSeconds) => change({ ...typed, slowBeatSeconds })}
        emptyValue={base.slowBeatSeconds}
        least={MIN_SLOW_BEAT_SECONDS}
        most={MAX_SLOW_BEAT_SECONDS}
      />
    </>
  );
}

interface PreviewProps {
  setting: TagSetting;
  /** It is known whose horizon is set. */
  isKnown: boolean;
}

/** Only of a horizon that may be set. */
function Preview({ setting, isKnown }: PreviewProps) {
  const { tag, horizonDays } = setting;
  if (!isKnown || horizonDays === null || tagSettingProblem(setting) === 'horizon') return null;
  return (
    <div className="border-t border-line px-4 py-3 empty:hidden max-md:px-3">
      <BacktestPreview key={`${tag} ${horizonDays}`} horizonDays={horizonDays} tag={tag} />
    </div>
  );
}
