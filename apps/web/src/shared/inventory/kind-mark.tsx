'use client';
import type { ItemKind } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { KIND_FILL } from './kind-colours.ts';

/** The colour of a kind with its word beside it; kinds that hold no bytes have the word alone. */
export function KindMark({ kind }: { kind: ItemKind }) {
  const t = useTranslations('inventory.kind');
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      {kind in KIND_FILL && (
        <svg aria-hidden="true" className="size-2.5 flex-none">
          <rect className={KIND_FILL[kind as keyof typeof KIND_FILL]} width="10" height="10" rx="2" />
        </svg>
      )}
      {t(kind)}
    </span>
  );
}
