'use client';
import type { InventoryView } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { withParameter, writeMoment } from '../../shared/as-of/moment-in-address.ts';
import { hostPath } from '../../shared/format/host-path.ts';
import { HeldSize } from '../../shared/inventory/held-size.tsx';
import { ItemName } from '../../shared/inventory/item-name.tsx';
import { KindMark } from '../../shared/inventory/kind-mark.tsx';
import { OwnerChain } from '../../shared/inventory/owner-chain.tsx';

interface TopItemsCardProps {
  hostId: string;
  storeKey: string;
  inventory: InventoryView;
  at: string | null;
}

/** The largest items of the store; the others are with its host. */
export function TopItemsCard({ hostId, storeKey, inventory, at }: TopItemsCardProps) {
  const t = useTranslations('store');
  const items = inventory.items.filter(({ counted }) => counted);
  const parameters = new URLSearchParams(at === null ? {} : { at: writeMoment(at) });
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('topItems')}</h2>
        <Link
          className="link ml-auto text-xs"
          href={`${hostPath(hostId)}${withParameter(parameters, 'store', storeKey)}#inventory`}
        >
          {t('allItems')}
        </Link>
      </header>
      {items.length === 0 ? (
        <p className="card-body text-fg-2">{t('noTopItems')}</p>
      ) : (
        <ol>
          {items.map((item) => (
            <li key={item.key} className="grid gap-0.5 border-b border-line px-4 py-2 last:border-b-0 max-md:px-3">
              <span className="flex items-baseline gap-3">
                <ItemName name={item.name} className="min-w-0 flex-1" />
                <span className="flex-none">
                  <HeldSize item={item} />
                </span>
              </span>
              <span className="flex min-w-0 items-center gap-3 text-xs text-fg-3">
                <KindMark kind={item.kind} />
                <span className="min-w-0 flex-1">
                  <OwnerChain chain={item.ownerChain} />
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
