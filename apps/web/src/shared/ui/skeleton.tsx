'use client';
import { useTranslations } from 'use-intl';

/** Grey bars in the place of a card's rows until the first data is there. */
export function CardSkeleton({ rows }: { rows: number }) {
  const t = useTranslations('common');
  return (
    <div className="card" role="status" aria-label={t('loading')}>
      <div className="card-head">
        <span className="skeleton h-3 w-40" />
      </div>
      <div className="grid gap-[22px] p-4">
        {Array.from({ length: rows }, (_, row) => row).map((row) => (
          <span key={row} className="skeleton h-3.5 w-full" />
        ))}
      </div>
    </div>
  );
}
