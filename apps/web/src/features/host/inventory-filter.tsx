'use client';
import { ITEM_KINDS, type ItemKind, type KindTotal, type StoreView } from '@silt/domain';
import { useFormatter, useTranslations } from 'use-intl';
import { safeText } from '../../shared/format/safe-text.ts';
import { KindMark } from '../../shared/inventory/kind-mark.tsx';
import { FilterInput } from '../../shared/ui/filter-input.tsx';
import { type InventoryQuery, LISTED_KINDS } from './inventory-query.ts';

const MAX_STORE_CHARACTERS = 40;

interface InventoryFilterProps {
  query: InventoryQuery;
  totals: readonly KindTotal[];
  stores: readonly StoreView[];
  change(next: Partial<InventoryQuery>): void;
}

/** By text, store and kind; of kinds those that there are, and those that are chosen. */
export function InventoryFilter({ query, totals, stores, change }: InventoryFilterProps) {
  const t = useTranslations('inventory');
  const format = useFormatter();
  const countOf = (kind: ItemKind): number => totals.find((total) => total.kind === kind)?.items ?? 0;
  const kinds = ITEM_KINDS.filter(
    (kind) => query.kinds.includes(kind) || (LISTED_KINDS.includes(kind) && countOf(kind) > 0),
  );
  const toggle = (kind: ItemKind): void => {
    const chosen = query.kinds.includes(kind);
    change({ kinds: chosen ? query.kinds.filter((other) => other !== kind) : [...query.kinds, kind] });
  };
  return (
    <search className="flex flex-wrap gap-2 border-b border-line px-4 py-2.5 max-md:px-3">
      <FilterInput text={query.text} label={t('filter')} hint={t('filterHint')} change={(text) => change({ text })} />
      <select
        aria-label={t('storeFilter')}
        value={query.storeKey ?? ''}
        onChange={(event) => change({ storeKey: event.target.value === '' ? null : event.target.value })}
        className="h-[30px] max-w-60 rounded-md border border-line-2 bg-bg px-2 text-fg max-md:h-9"
      >
        <option value="">{t('allStores')}</option>
        {query.storeKey !== null && !stores.some(({ store }) => store.key === query.storeKey) && (
          <option value={query.storeKey}>{safeText(query.storeKey, MAX_STORE_CHARACTERS)}</option>
        )}
        {stores.map(({ store }) => (
          <option key={store.key} value={store.key}>
            {safeText(store.name, MAX_STORE_CHARACTERS)}
          </option>
        ))}
      </select>
      <fieldset className="flex min-w-0 flex-wrap gap-1.5">
        <legend className="sr-only">{t('kinds')}</legend>
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className="btn font-normal aria-pressed:bg-sel"
            aria-pressed={query.kinds.includes(kind)}
            onClick={() => toggle(kind)}
          >
            <KindMark kind={kind} />
            <span className="text-fg-3">{format.number(countOf(kind))}</span>
          </button>
        ))}
      </fieldset>
    </search>
  );
}
