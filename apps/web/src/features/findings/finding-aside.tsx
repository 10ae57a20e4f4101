'use client';
import { useTranslations } from 'use-intl';
import { FindingDetail } from '../../shared/findings/finding-detail.tsx';
import type { FindingAddress } from '../../shared/findings/finding-path.ts';

interface FindingAsideProps {
  address: FindingAddress;
  id: string;
  close(): void;
}

/** The open finding in its own card: beside the list, or over it where its row is not in the page. */
export function FindingAside({ address, id, close }: FindingAsideProps) {
  const t = useTranslations();
  return (
    <aside
      id={id}
      aria-label={t('findings.detail')}
      className="card max-lg:mb-3 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-80px)] lg:overflow-y-auto"
    >
      <div className="card-head justify-between">
        <span className="font-semibold text-fg-2">{t('findings.detail')}</span>
        <button type="button" className="btn btn-small" onClick={close}>
          {t('common.close')}
        </button>
      </div>
      <div className="card-body">
        <FindingDetail key={`${address.hostId}/${address.findingNo}`} {...address} titled />
      </div>
    </aside>
  );
}
