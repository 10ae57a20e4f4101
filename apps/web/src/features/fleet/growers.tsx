'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { OFFERED_GROWER_RANGES, type OfferedGrowerRange } from './fleet-query.ts';
import { growersInput } from './growers-input.ts';
import { GrowersTable } from './growers-table.tsx';

const SKELETON_ROWS = 8;

interface GrowersProps {
  range: OfferedGrowerRange;
  change(range: OfferedGrowerRange): void;
}

/** The stores of the fleet that grew most. */
export function Growers({ range, change }: GrowersProps) {
  const t = useTranslations('fleet.growers');
  const trpc = useTRPC();
  const growers = useQuery({
    ...trpc.fleet.growers.queryOptions(growersInput(range)),
    placeholderData: keepPreviousData,
  });
  if (!growers.data)
    return growers.errorUpdateCount > 0 ? (
      <Failure error={growers.error} retry={() => void growers.refetch()} retrying={growers.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  return (
    <section className="card" aria-busy={growers.isPlaceholderData}>
      <header className="card-head">
        <h2 className="font-semibold">{t('title')}</h2>
        <span className="text-fg-3">{t('hint')}</span>
        <fieldset className="ml-auto flex">
          <legend className="sr-only">{t('range')}</legend>
          {OFFERED_GROWER_RANGES.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === range}
              onClick={() => change(name)}
              className="btn btn-small -ml-px rounded-none text-fg-2 first-of-type:rounded-l-md last-of-type:rounded-r-md aria-pressed:bg-sel aria-pressed:text-fg"
            >
              {t(`ranges.${name}`)}
            </button>
          ))}
        </fieldset>
      </header>
      {growers.data.length === 0 ? (
        <p className="card-body text-fg-2">{t('empty')}</p>
      ) : (
        <GrowersTable growers={growers.data} paler={growers.isPlaceholderData} />
      )}
    </section>
  );
}
