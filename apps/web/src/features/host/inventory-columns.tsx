'use client';
import type { ItemView } from '@silt/domain';
import { createColumnHelper, type RowData } from '@tanstack/react-table';
import { useTranslations } from 'use-intl';
import { safeText } from '../../shared/format/safe-text.ts';
import { HeldSize } from '../../shared/inventory/held-size.tsx';
import { ItemName } from '../../shared/inventory/item-name.tsx';
import { KindMark } from '../../shared/inventory/kind-mark.tsx';
import { OwnerChain } from '../../shared/inventory/owner-chain.tsx';
import { ShareBar } from '../../shared/inventory/share-bar.tsx';
import { FactAge } from './fact-age.tsx';
import { type InventoryColumn, sizeRank } from './inventory-query.ts';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Numbers stand right. */
    right?: boolean;
    className: string;
  }
  interface TableMeta<TData extends RowData> {
    /** The moment that the table shows; null = live. */
    asOf?: string | null;
    /** When the inventory was read. */
    readAt?: string;
    /** What the whole width of a bar stands for. */
    largestBytes?: number;
  }
}

const MAX_STATE_CHARACTERS = 40;
const helper = createColumnHelper<ItemView>();

function Head({ column }: { column: InventoryColumn | 'bar' }) {
  const t = useTranslations('inventory.columns');
  return column === 'bar' ? <span className="sr-only">{t('bar')}</span> : t(column);
}

function StateWord({ state }: { state: string | null }) {
  const t = useTranslations('inventory');
  if (state === null) return <span className="text-fg-3">{t('stateNotKnown')}</span>;
  return safeText(state, MAX_STATE_CHARACTERS);
}

/** Columns of the items; what they show beside the item itself comes with the table's `meta`. */
export const inventoryColumns = [
  helper.accessor('kind', {
    id: 'kind' satisfies InventoryColumn,
    header: () => <Head column="kind" />,
    cell: ({ getValue }) => <KindMark kind={getValue()} />,
    meta: { className: '' },
  }),
  helper.accessor('name', {
    id: 'name' satisfies InventoryColumn,
    header: () => <Head column="name" />,
    cell: ({ row: { original }, table }) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <ItemName name={original.name} />
        <FactAge
          readAt={original.readAt}
          inventoryReadAt={table.options.meta?.readAt ?? original.firstSeenAt}
          asOf={table.options.meta?.asOf ?? null}
        />
      </span>
    ),
    meta: { className: 'max-w-[260px] min-w-40' },
  }),
  helper.accessor(({ ownerChain }) => ownerChain.join('\n'), {
    id: 'owner' satisfies InventoryColumn,
    header: () => <Head column="owner" />,
    cell: ({ row: { original } }) => <OwnerChain chain={original.ownerChain} />,
    meta: { className: 'max-w-[200px] min-w-32 text-fg-2' },
  }),
  helper.accessor(({ state }) => state ?? '', {
    id: 'state' satisfies InventoryColumn,
    header: () => <Head column="state" />,
    cell: ({ row: { original } }) => <StateWord state={original.state} />,
    meta: { className: 'text-fg-2' },
  }),
  helper.display({
    id: 'bar',
    header: () => <Head column="bar" />,
    cell: ({ row: { original }, table }) => (
      <ShareBar {...original} wholeBytes={table.options.meta?.largestBytes ?? 0} />
    ),
    meta: { className: 'w-[18%] min-w-20' },
  }),
  helper.accessor(sizeRank, {
    id: 'size' satisfies InventoryColumn,
    header: () => <Head column="size" />,
    cell: ({ row: { original } }) => <HeldSize item={original} />,
    sortDescFirst: true,
    meta: { right: true, className: 'text-right' },
  }),
];
