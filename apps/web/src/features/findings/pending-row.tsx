'use client';
import { useTranslations } from 'use-intl';
import { Failure } from '../../shared/ui/failure.tsx';

interface PendingRowProps {
  read: { error: unknown; errorUpdateCount: number; isFetching: boolean; refetch(): unknown };
}

/** In the place of rows that are not read yet, or could not be. */
export function PendingRow({ read }: PendingRowProps) {
  const t = useTranslations('common');
  if (read.errorUpdateCount > 0)
    return (
      <li className="p-4">
        <Failure error={read.error} retry={() => void read.refetch()} retrying={read.isFetching} />
      </li>
    );
  return (
    <li className="px-4 py-3">
      <span className="skeleton block h-3.5 w-full" role="img" aria-label={t('loading')} />
    </li>
  );
}
