'use client';
import { ITEM_CHANGE_KINDS, type ItemChangeKind, type StoreComparison } from '@silt/domain';
import { useMemo, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { FilterInput } from '../../shared/ui/filter-input.tsx';
import { CHANGE_GLYPHS } from './change-glyphs.ts';
import { type ChangeFilter, filterChanges, groupChanges } from './change-groups.ts';
import { ChangesTable } from './changes-table.tsx';

const NO_FILTER: ChangeFilter = { change: null, text: '' };

/** Every item that was added, removed or is another, and what no item explains. */
export function ChangesCard({ store }: { store: StoreComparison }) {
  const t = useTranslations('compare');
  const [filter, setFilter] = useState<ChangeFilter>(NO_FILTER);
  const { changes, unchanged } = store;
  const groups = useMemo(() => groupChanges(filterChanges(changes, filter)), [changes, filter]);
  const isFiltered = filter.change !== null || filter.text.trim() !== '';
  return (
    <section className="card" aria-label={t('items')}>
      <header className="card-head">
        <h2 className="font-semibold">{t('items')}</h2>
        <span className="text-fg-3">{t('itemCount', { changed: changes.length, same: unchanged.items })}</span>
        <search className="ml-auto max-md:ml-0">
          <FilterInput
            text={filter.text}
            label={t('filter')}
            hint={t('filterHint')}
            change={(text) => setFilter((before) => ({ ...before, text }))}
          />
        </search>
      </header>
      <ChangeChips
        changes={changes}
        chosen={filter.change}
        choose={(change) => setFilter((before) => ({ ...before, change }))}
      />
      <ChangesTable store={store} groups={groups} isFiltered={isFiltered} />
      {groups.length === 0 && (
        <p className="flex items-center gap-3 px-4 py-3 max-md:px-3" role="status">
          {t(isFiltered ? 'noMatch' : 'noChanges')}
          {isFiltered && (
            <button type="button" className="btn btn-small" onClick={() => setFilter(NO_FILTER)}>
              {t('clearFilter')}
            </button>
          )}
        </p>
      )}
    </section>
  );
}

interface ChangeChipsProps {
  changes: StoreComparison['changes'];
  /** null = all. */
  chosen: ItemChangeKind | null;
  choose(change: ItemChangeKind | null): void;
}

function ChangeChips({ changes, chosen, choose }: ChangeChipsProps) {
  const t = useTranslations('compare');
  const format = useFormatter();
  const countOf = (kind: ItemChangeKind): number => changes.filter(({ change }) => change === kind).length;
  return (
    <fieldset className="flex flex-wrap gap-1.5 border-b border-line px-4 py-2 max-md:px-3">
      <legend className="sr-only">{t('changes')}</legend>
      <button
        type="button"
        className="btn font-normal aria-pressed:bg-sel"
        aria-pressed={chosen === null}
        onClick={() => choose(null)}
      >
        {t('all')} <span className="text-fg-3">{format.number(changes.length)}</span>
      </button>
      {ITEM_CHANGE_KINDS.filter((kind) => countOf(kind) > 0 || kind === chosen).map((kind) => (
        <button
          key={kind}
          type="button"
          className="btn font-normal aria-pressed:bg-sel"
          aria-pressed={chosen === kind}
          onClick={() => choose(chosen === kind ? null : kind)}
        >
          <span aria-hidden="true">{CHANGE_GLYPHS[kind]}</span> {t(`change_${kind}`)}{' '}
          <span className="text-fg-3">{format.number(countOf(kind))}</span>
        </button>
      ))}
    </fieldset>
  );
}
