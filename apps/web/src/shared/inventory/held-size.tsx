'use client';
import { formatBytes, type Item } from '@silt/domain';
import { useTranslations } from 'use-intl';

export type Held = Pick<Item, 'counted' | 'leastBytes' | 'mostBytes' | 'sizeBytes'>;
type Words = ReturnType<typeof useTranslations<'inventory'>>;

/** Bytes for certain and at the most, in words: one number, a range, or that it was not read. */
export function rangeText(leastBytes: number | null, mostBytes: number | null, t: Words): string {
  if (leastBytes === null || mostBytes === null) return t('unknown');
  if (leastBytes === mostBytes) return formatBytes(leastBytes);
  if (leastBytes === 0) return t('upTo', { most: formatBytes(mostBytes) });
  const [least, most] = [formatBytes(leastBytes), formatBytes(mostBytes)];
  const [leastNumber, leastUnit] = least.split(' ');
  return t('range', { least: leastUnit === most.split(' ')[1] ? (leastNumber ?? least) : least, most });
}

/** What an item holds of its store. One that another item tells has its own size, and says that it is not counted. */
export function HeldSize({ item }: { item: Held }) {
  const t = useTranslations('inventory');
  if (item.counted) {
    const known = item.leastBytes !== null && item.mostBytes !== null;
    return <span className={known ? undefined : 'text-fg-3'}>{rangeText(item.leastBytes, item.mostBytes, t)}</span>;
  }
  if (item.sizeBytes === null) return <span className="text-fg-3">{t('unknown')}</span>;
  return (
    <span className="text-fg-3" title={t('counted')}>
      ({formatBytes(item.sizeBytes)})
    </span>
  );
}
