'use client';
import { DEFAULT_API_KEY_DAYS, MAX_API_KEY_NAME_CHARACTERS, type MadeApiKey } from '@silt/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { ChangeProblem } from './change-problem.tsx';

const LIVES_DAYS = [7, 30, DEFAULT_API_KEY_DAYS, 365];
/** The value of the choice of no end. */
const ENDLESS = '';

export function ApiKeyForm({ onMade }: { onMade(key: MadeApiKey): void }) {
  const t = useTranslations('apiKeys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [life, setLife] = useState(String(DEFAULT_API_KEY_DAYS));
  const make = useMutation(
    trpc.apiKeys.create.mutationOptions({
      onSuccess: (made) => {
        onMade(made);
        void queries.invalidateQueries({ queryKey: trpc.apiKeys.pathKey() });
      },
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate({ name: name.trim(), days: life === ENDLESS ? null : Number(life) });
  };
  return (
    <form className="grid max-w-[72ch] justify-items-start gap-4" onSubmit={submit}>
      <NameField value={name} change={setName} />
      <LifeField value={life} change={setLife} />
      <ChangeProblem error={make.error} />
      <button type="submit" className="btn btn-primary" disabled={make.isPending}>
        {make.isPending ? t('making') : t('makeIt')}
      </button>
    </form>
  );
}

interface FieldProps {
  value: string;
  change(value: string): void;
}

function NameField({ value, change }: FieldProps) {
  const t = useTranslations('apiKeys');
  const id = useId();
  return (
    <div className="grid w-full max-w-[420px] gap-1">
      <label htmlFor={id} className="font-medium">
        {t('name')}
      </label>
      <input
        id={id}
        type="text"
        required
        pattern=".*\S.*"
        maxLength={MAX_API_KEY_NAME_CHARACTERS}
        autoComplete="off"
        value={value}
        onChange={(event) => change(event.target.value)}
        aria-describedby={`${id}-hint`}
        className="field"
      />
      <span id={`${id}-hint`} className="text-xs text-fg-3">
        {t('nameHint')}
      </span>
    </div>
  );
}

function LifeField({ value, change }: FieldProps) {
  const t = useTranslations('apiKeys');
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {t('life')}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => change(event.target.value)}
        aria-describedby={`${id}-warning`}
        className="field w-56"
      >
        {LIVES_DAYS.map((days) => (
          <option key={days} value={days}>
            {t('days', { days })}
          </option>
        ))}
        <option value={ENDLESS}>{t('endless')}</option>
      </select>
      <span id={`${id}-warning`} role="status" className="flex items-start gap-2 text-xs empty:hidden">
        {value === ENDLESS && (
          <>
            <StateGlyph state="warning" />
            {t('endlessWarning')}
          </>
        )}
      </span>
    </div>
  );
}
