'use client';
import { isTag, MAX_SILENT_HOURS, MAX_TAG_CHARACTERS } from '@silt/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { ChangeProblem } from './change-problem.tsx';
import { useCollectorChange } from './use-collector-change.ts';

const DEFAULT_SILENT_HOURS = '24';

/** Hosts that come and go, such as CI runners, retire by themselves. */
export function ExpiryCard({ mayChange }: { mayChange: boolean }) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const changed = useCollectorChange();
  const rules = useQuery(trpc.collectors.expiries.queryOptions());
  const remove = useMutation(trpc.collectors.removeExpiry.mutationOptions({ onSettled: changed }));
  if (!rules.data)
    return rules.errorUpdateCount > 0 ? (
      <Failure error={rules.error} retry={() => void rules.refetch()} retrying={rules.isFetching} />
    ) : (
      <CardSkeleton rows={1} />
    );
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('expiry')}</h2>
      </header>
      <div className="card-body grid gap-3">
        {rules.data.length === 0 && <p className="text-fg-2">{t('noExpiry')}</p>}
        <ul className="grid gap-1.5 empty:hidden">
          {rules.data.map(({ tag, silentHours }) => (
            <li key={tag} className="flex items-center gap-2">
              <span className="min-w-0 break-words">
                {t.rich('expiryRule', { hours: silentHours, tag: () => <span className="tag">{tag}</span> })}
              </span>
              {mayChange && (
                <button
                  type="button"
                  className="btn btn-small ml-auto"
                  aria-label={t('removeRuleOf', { tag })}
                  disabled={remove.isPending}
                  onClick={() => remove.mutate({ tag })}
                >
                  {t('removeRule')}
                </button>
              )}
            </li>
          ))}
        </ul>
        <ChangeProblem error={remove.error} />
        {mayChange && <ExpiryForm />}
      </div>
    </section>
  );
}

function ExpiryForm() {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const changed = useCollectorChange();
  const id = useId();
  const [tag, setTag] = useState('');
  const [hours, setHours] = useState(DEFAULT_SILENT_HOURS);
  const set = useMutation(
    trpc.collectors.setExpiry.mutationOptions({
      onSuccess: async () => {
        setTag('');
        await changed();
      },
    }),
  );
  const wrong = tag !== '' && !isTag(tag.trim());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong) set.mutate({ tag: tag.trim(), silentHours: Number(hours) });
  };
  return (
    <form onSubmit={submit} className="grid gap-2 border-t border-line pt-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="grid gap-1">
          <label htmlFor={`${id}-tag`} className="font-medium">
            {t('tag')}
          </label>
          <input
            id={`${id}-tag`}
            type="text"
            required
            autoComplete="off"
            spellCheck={false}
            value={tag}
            onChange={(event) => setTag(event.target.value)}
            aria-invalid={wrong}
            aria-describedby={wrong ? `${id}-wrong` : undefined}
            className="field w-32"
          />
        </div>
        <div className="grid gap-1">
          <label htmlFor={`${id}-hours`} className="font-medium">
            {t('silentHours')}
          </label>
          <input
            id={`${id}-hours`}
            type="number"
            required
            min={1}
            max={MAX_SILENT_HOURS}
            step={1}
            value={hours}
            onChange={(event) => setHours(event.target.value)}
            className="field w-28"
          />
        </div>
        <button type="submit" className="btn h-9" disabled={set.isPending}>
          {t('addRule')}
        </button>
      </div>
      {wrong && (
        <p id={`${id}-wrong`} className="text-xs font-semibold">
          {t('wrongTag', { tag, max: MAX_TAG_CHARACTERS })}
        </p>
      )}
      <ChangeProblem error={set.error} />
    </form>
  );
}
