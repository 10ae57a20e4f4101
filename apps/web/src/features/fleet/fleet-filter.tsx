'use client';
import { STATES, type State } from '@silt/domain';
import { useFormatter, useTranslations } from 'use-intl';
import { FilterInput } from '../../shared/ui/filter-input.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import type { FleetQuery, QueryChange } from './fleet-query.ts';

interface FleetFilterProps {
  query: FleetQuery;
  counts: Record<State, number>;
  change(next: QueryChange): void;
}

export function FleetFilter({ query, counts, change }: FleetFilterProps) {
  const t = useTranslations();
  const format = useFormatter();
  const { text, states: chosen, tag, groupByTag } = query;
  const turn = (turned: State): void =>
    change(({ states }) => ({ states: STATES.filter((state) => states.includes(state) !== (state === turned)) }));
  return (
    <search className="mb-3 flex gap-2 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 max-md:py-1">
      <FilterInput
        text={text}
        label={t('fleet.filter')}
        hint={t('fleet.filterHint')}
        change={(next) => change({ text: next })}
      />
      <fieldset className="flex gap-2">
        <legend className="sr-only">{t('fleet.states')}</legend>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            className="btn aria-pressed:bg-sel"
            aria-pressed={chosen.includes(state)}
            onClick={() => turn(state)}
          >
            <StateGlyph state={state} />
            {t(`state.${state}`)}
            <span className="ml-1 font-normal text-fg-3">{format.number(counts[state])}</span>
          </button>
        ))}
      </fieldset>
      {tag !== null && (
        <button
          type="button"
          className="btn bg-sel"
          aria-label={t('fleet.removeTag', { tag })}
          onClick={() => change({ tag: null })}
        >
          <span className="font-normal text-fg-2">{t('fleet.tag')}</span>
          <span className="max-w-40 truncate">{tag}</span>
          <span aria-hidden="true">×</span>
        </button>
      )}
      <button
        type="button"
        className="btn ml-auto aria-pressed:bg-sel"
        aria-pressed={groupByTag}
        onClick={() => change({ groupByTag: !groupByTag, tag: null, turned: [] })}
      >
        {t('fleet.group.switch')}
      </button>
    </search>
  );
}
