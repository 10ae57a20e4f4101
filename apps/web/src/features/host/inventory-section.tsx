'use client';
import type { StoreView } from '@silt/domain';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { errorKey } from '../../shared/api/error-key.ts';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { InventoryFrame } from './inventory-frame.tsx';
import type { InventoryQuery } from './inventory-query.ts';
import type { useInventory } from './use-inventory.ts';

const SKELETON_ROWS = 8;
/** With the table library, which the rest of the page does not wait for. */
const InventoryCard = dynamic(() => import('./inventory-card.tsx').then((module) => module.InventoryCard));

interface InventorySectionProps extends ReturnType<typeof useInventory> {
  stores: readonly StoreView[];
  asOf: string | null;
  query: InventoryQuery;
  change(next: Partial<InventoryQuery>): void;
}

/** The inventory's card, or why there is none yet. */
export function InventorySection({ read, ...card }: InventorySectionProps) {
  const t = useTranslations();
  if (read.data) return <InventoryCard inventory={read.data} {...card} />;
  if (read.errorUpdateCount === 0) return <CardSkeleton rows={SKELETON_ROWS} />;
  return (
    <InventoryFrame>
      <span role="alert">
        {t('inventory.failed')} {read.error !== null && t(`errors.${errorKey(read.error)}`)}
      </span>
      <button type="button" className="btn btn-small" disabled={read.isFetching} onClick={() => void read.refetch()}>
        {t(read.isFetching ? 'common.loading' : 'common.retry')}
      </button>
    </InventoryFrame>
  );
}
