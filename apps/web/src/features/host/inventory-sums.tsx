'use client';
import { formatBytes, HELD_SERIES, type KindTotal, type StoreView } from '@silt/domain';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { rangeText } from '../../shared/inventory/held-size.tsx';

interface InventorySumsProps {
  /** Over all items of the inventory, listed or not. */
  totals: readonly KindTotal[];
  /** Those whose items are summed. */
  stores: readonly StoreView[];
}

/** Σ of what known items hold, what none explains, and of one store what is used. */
export function InventorySums({ totals, stores }: InventorySumsProps) {
  const t = useTranslations();
  const words = useTranslations('inventory');
  const sum = (field: 'leastBytes' | 'mostBytes' | 'unknownItems'): number =>
    totals.reduce((total, kind) => total + kind[field], 0);
  const known = stores.flatMap(({ readings }) => readings.unattributedBytes ?? []);
  const counting = stores.filter(({ readings }) => 'unattributedBytes' in readings);
  const [only] = stores.length === 1 ? stores : [];
  const used = only?.readings[HELD_SERIES[only.store.kind]];
  const unknownItems = sum('unknownItems');
  return (
    <>
      <SumRow
        name={t('inventory.sumKnown')}
        note={unknownItems > 0 ? t('inventory.unknownItems', { count: unknownItems }) : null}
      >
        {rangeText(sum('leastBytes'), sum('mostBytes'), words)}
      </SumRow>
      <SumRow
        name={t('inventory.unattributed')}
        note={
          counting.length > 1 && known.length > 0
            ? t('inventory.unattributedOf', { known: known.length, total: counting.length })
            : t('inventory.unattributedIs')
        }
      >
        {known.length === 0 ? (
          <span className="font-normal text-fg-3">{t('inventory.cannotTell')}</span>
        ) : (
          formatBytes(known.reduce((total, bytes) => total + bytes, 0))
        )}
      </SumRow>
      {only && (
        <SumRow name={t('inventory.used', { store: only.store.name })} note={null}>
          {used == null ? <span className="font-normal text-fg-3">{t('common.notRead')}</span> : formatBytes(used)}
        </SumRow>
      )}
    </>
  );
}

function SumRow({ name, note, children }: { name: string; note: string | null; children: ReactNode }) {
  return (
    <tr>
      <th scope="row" colSpan={5} className="body-cell text-left font-semibold">
        {name}
        {note !== null && <span className="ml-2 font-normal text-fg-3">{note}</span>}
      </th>
      <td className="body-cell text-right font-semibold">{children}</td>
    </tr>
  );
}
