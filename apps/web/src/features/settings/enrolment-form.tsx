'use client';
import {
  COLLECTOR_FORMS,
  type CollectorForm,
  MAX_TAG_CHARACTERS,
  MAX_TAGS,
  MAX_TOKEN_USES,
  type MadeToken,
} from '@silt/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { ChangeProblem } from './change-problem.tsx';
import { isLoopback } from './is-loopback.ts';
import { readTags } from './read-tags.ts';
import { useCollectorChange } from './use-collector-change.ts';

interface EnrolmentFormProps {
  /** Public id of the host that enrols again; null = any machine. */
  host: string | null;
  onMade(token: MadeToken): void;
}

export function EnrolmentForm({ host, onMade }: EnrolmentFormProps) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const changed = useCollectorChange();
  const [form, setForm] = useState<CollectorForm>('host');
  const [typedTags, setTypedTags] = useState('');
  const [nodes, setNodes] = useState('3');
  const make = useMutation(
    trpc.collectors.createToken.mutationOptions({
      onSuccess: (made) => {
        onMade(made);
        void changed();
      },
    }),
  );
  const { tags, wrong, tooMany } = readTags(typedTags);
  const forms = host === null ? COLLECTOR_FORMS : COLLECTOR_FORMS.filter((one) => one !== 'kubernetes');
  const uses = form === 'kubernetes' ? Number(nodes) : 1;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong === null && !tooMany) make.mutate({ form, tags, uses, hostId: host });
  };
  return (
    <form className="grid max-w-[72ch] justify-items-start gap-4" onSubmit={submit}>
      <LoopbackNotice />
      <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
        <legend className="mb-1 font-medium">{t('whatKind')}</legend>
        {forms.map((one) => (
          <label key={one} className="flex min-h-6 items-center gap-2 max-md:min-h-9">
            <input
              type="radio"
              name="form"
              value={one}
              checked={form === one}
              onChange={() => setForm(one)}
              className="size-4 flex-none accent-fg"
            />
            {t(`form.${one}`)}
          </label>
        ))}
      </fieldset>
      {form === 'kubernetes' && <NodesField value={nodes} change={setNodes} />}
      {host === null && <TagsField value={typedTags} change={setTypedTags} wrong={wrong} tooMany={tooMany} />}
      <ChangeProblem error={make.error} />
      <button type="submit" className="btn btn-primary" disabled={make.isPending}>
        {make.isPending ? t('making') : t('make')}
      </button>
    </form>
  );
}

/** A server that listens to its own machine alone cannot be reached by the line on another one. */
function LoopbackNotice() {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.collectors.address.queryOptions());
  if (!data || !isLoopback(data.url)) return null;
  return (
    <p className="flex items-start gap-2">
      <span className="mt-[3px]">
        <StateGlyph state="warning" />
      </span>
      <span>{t.rich('loopbackOnly', { code: (words) => <code>{words}</code> })}</span>
    </p>
  );
}

function NodesField({ value, change }: { value: string; change(value: string): void }) {
  const t = useTranslations('collectors');
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {t('nodes')}
      </label>
      <input
        id={id}
        type="number"
        required
        min={1}
        max={MAX_TOKEN_USES}
        step={1}
        value={value}
        onChange={(event) => change(event.target.value)}
        aria-describedby={`${id}-hint`}
        className="field w-28"
      />
      <span id={`${id}-hint`} className="text-xs text-fg-3">
        {t('nodesHint', { max: MAX_TOKEN_USES })}
      </span>
    </div>
  );
}

interface TagsFieldProps {
  value: string;
  change(value: string): void;
  wrong: string | null;
  tooMany: boolean;
}

function TagsField({ value, change, wrong, tooMany }: TagsFieldProps) {
  const t = useTranslations('collectors');
  const id = useId();
  const problem =
    wrong !== null
      ? t('wrongTag', { tag: wrong, max: MAX_TAG_CHARACTERS })
      : tooMany
        ? t('tooManyTags', { max: MAX_TAGS })
        : '';
  return (
    <div className="grid w-full max-w-[420px] gap-1">
      <label htmlFor={id} className="font-medium">
        {t('tags')}
      </label>
      <input
        id={id}
        type="text"
        value={value}
        onChange={(event) => change(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== ''}
        aria-describedby={`${id}-hint`}
        className="field"
      />
      <span id={`${id}-hint`} className="text-xs text-fg-3">
        {problem === '' ? t('tagsHint') : <span className="font-semibold text-fg">{problem}</span>}
      </span>
    </div>
  );
}
