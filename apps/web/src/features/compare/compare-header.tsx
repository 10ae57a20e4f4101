'use client';
import type { Comparison, HostView } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { hostPath, storePath } from '../../shared/format/host-path.ts';
import { safeText } from '../../shared/format/safe-text.ts';
import { hasInventories } from './compare-notices.tsx';
import { CompareSentence, useCompareTitle } from './compare-sentence.tsx';
import { comparisonCsv } from './comparison-csv.ts';
import type { Moments } from './moments.ts';

const MAX_STORE_CHARACTERS = 120;

interface CompareHeaderProps {
  hostId: string;
  storeKey: string | null;
  host: HostView | undefined;
  comparison: Comparison | undefined;
  moments: Moments;
}

export function CompareHeader({ hostId, storeKey, host, comparison, moments }: CompareHeaderProps) {
  const t = useTranslations();
  const title = useCompareTitle({ storeKey, host, comparison, moments });
  const storeName =
    comparison?.stores.find((store) => store.storeKey === storeKey)?.storeName ??
    host?.stores.find(({ store }) => store.key === storeKey)?.store.name ??
    storeKey;
  return (
    <div className="mb-4 flex flex-wrap items-end gap-3">
      <div className="mr-auto min-w-0">
        <p className="mb-1 text-xs text-fg-3">
          <Link href="/" className="hover:text-fg">
            {t('common.fleet')}
          </Link>{' '}
          /{' '}
          <Link href={hostPath(hostId)} className="hover:text-fg">
            {host?.row.name ?? t('common.host')}
          </Link>{' '}
          /{' '}
          {storeKey !== null && (
            <>
              <Link href={storePath(hostId, storeKey)} className="break-all hover:text-fg">
                {safeText(storeName ?? storeKey, MAX_STORE_CHARACTERS)}
              </Link>{' '}
              /{' '}
            </>
          )}
          {t('compare.crumb')}
        </p>
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="min-h-5 text-fg-2">
          {comparison && <CompareSentence storeKey={storeKey} comparison={comparison} />}
        </p>
      </div>
      {comparison && (
        <button type="button" className="btn no-print" onClick={() => download(comparison, storeName, moments)}>
          {t('compare.exportCsv')}
        </button>
      )}
    </div>
  );
}

const UNSAFE_IN_FILE_NAME = /[^\w.-]+/g;
const MAX_FILE_NAME_PART = 60;

function download(comparison: Comparison, storeName: string | null, { a, b }: Moments): void {
  const withItems = hasInventories(comparison);
  const url = URL.createObjectURL(new Blob([comparisonCsv(comparison, { withItems })], { type: 'text/csv' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = `${['silt', storeName ?? 'host', a, b]
    .map((part) => part.replaceAll(UNSAFE_IN_FILE_NAME, '-').slice(0, MAX_FILE_NAME_PART))
    .join('_')}.csv`;
  anchor.click();
  URL.revokeObjectURL(url);
}
