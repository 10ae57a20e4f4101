'use client';
import { useTranslations } from 'use-intl';
import { useDuration } from '../../shared/intl/use-duration.ts';
import { useMinute } from '../../shared/intl/use-minute.ts';

/** Three slow beats: what is younger is as good as the rest. */
const OLD_MILLISECONDS = 900_000;

interface FactAgeProps {
  /** ISO 8601; null = never in full. */
  readAt: string | null;
  /** Of the inventory that it is in. */
  inventoryReadAt: string;
  /** The moment that is shown; null = live. */
  asOf: string | null;
}

/** How old a fact is, where it is older than the inventory. */
export function FactAge({ readAt, inventoryReadAt, asOf }: FactAgeProps) {
  const t = useTranslations('inventory');
  const minute = useMinute();
  const duration = useDuration();
  if (readAt === null) return <span className="flex-none text-xs text-fg-3">{t('neverFull')}</span>;
  if (Date.parse(inventoryReadAt) - Date.parse(readAt) < OLD_MILLISECONDS) return null;
  const age = (asOf === null ? minute : Date.parse(asOf)) - Date.parse(readAt);
  return (
    <time dateTime={readAt} title={readAt} className="flex-none text-xs text-fg-3">
      {t('age', { age: duration(age) })}
    </time>
  );
}
