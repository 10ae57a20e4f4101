'use client';
import { FINDING_GROUPINGS } from '@silt/domain';
import type { Severity } from '@silt/domain/findings';
import { useFormatter, useTranslations } from 'use-intl';
import { SeverityGlyph } from '../../shared/findings/severity-mark.tsx';
import { SEVERITY_ORDER } from '../../shared/findings/severity-order.ts';
import { FilterInput } from '../../shared/ui/filter-input.tsx';
import type { FindingsPageQuery, QueryChange } from './findings-query.ts';

interface FindingsFilterProps {
  query: FindingsPageQuery;
  /** Of standing findings; null = not read yet, or not those that are listed. */
  counts: Record<Severity, number> | null;
  /** What the filters by host and store are called. */
  names: { host: string | null; store: string | null };
  change(next: QueryChange): void;
}

export function FindingsFilter({ query, counts, names, change }: FindingsFilterProps) {
  const t = useTranslations('findings');
  const format = useFormatter();
  const { text, severities: chosen, rule, hostId, storeKey, by } = query;
  const turn = (turned: Severity): void =>
    change(({ severities }) => ({
      severities: SEVERITY_ORDER.filter((one) => severities.includes(one) !== (one === turned)),
    }));
  return (
    <search className="mb-3 flex gap-2 max-lg:flex-wrap max-md:-mx-3 max-md:flex-nowrap max-md:overflow-x-auto max-md:px-3 max-md:py-1">
      <FilterInput
        text={text}
        label={t('filter')}
        hint={t('filterHint')}
        change={(next) => change({ text: next, open: null })}
      />
      <fieldset className="relative flex gap-2">
        <legend className="sr-only">{t('severities')}</legend>
        {SEVERITY_ORDER.map((severity) => (
          <button
            key={severity}
            type="button"
            className="btn aria-pressed:bg-sel"
            aria-pressed={chosen.includes(severity)}
            onClick={() => turn(severity)}
          >
            <SeverityGlyph severity={severity} />
            {t(`severity.${severity}`)}
            {counts && <span className="ml-1 font-normal text-fg-3">{format.number(counts[severity])}</span>}
          </button>
        ))}
      </fieldset>
      {rule !== null && <Chip name={t('onlyRule')} value={rule} remove={() => change({ rule: null })} />}
      {hostId !== null && (
        <Chip
          name={t('onlyHost')}
          value={names.host ?? hostId}
          remove={() => change({ hostId: null, storeKey: null })}
        />
      )}
      {storeKey !== null && (
        <Chip name={t('onlyStore')} value={names.store ?? storeKey} remove={() => change({ storeKey: null })} />
      )}
      <fieldset className="relative ml-auto flex">
        <legend className="sr-only">{t('by.label')}</legend>
        {FINDING_GROUPINGS.map((grouping) => (
          <button
            key={grouping}
            type="button"
            className="btn first-of-type:rounded-r-none last-of-type:-ml-px last-of-type:rounded-l-none aria-pressed:bg-sel"
            aria-pressed={grouping === by}
            onClick={() => change({ by: grouping, open: null })}
          >
            {t(`by.${grouping}`)}
          </button>
        ))}
      </fieldset>
    </search>
  );
}

function Chip({ name, value, remove }: { name: string; value: string; remove(): void }) {
  const t = useTranslations('findings');
  return (
    <button type="button" className="btn bg-sel" aria-label={t('removeFilter', { name, value })} onClick={remove}>
      <span className="font-normal text-fg-2">{name}</span>
      <span className="max-w-40 truncate">{value}</span>
      <span aria-hidden="true">×</span>
    </button>
  );
}
