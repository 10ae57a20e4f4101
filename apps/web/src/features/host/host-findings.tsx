'use client';
import type { FleetRow } from '@silt/domain';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { HostFindingsFrame } from './host-findings-frame.tsx';
import type { useHostFindings } from './use-host-findings.ts';

const SKELETON_ROWS = 4;
/** The rest of the page can be used before it is loaded. */
const HostFindingsCard = dynamic(() => import('./host-findings-card.tsx').then((module) => module.HostFindingsCard), {
  loading: () => <CardSkeleton rows={SKELETON_ROWS} />,
});

interface HostFindingsProps {
  host: FleetRow;
  /** The page shows a moment that is past: findings are of now alone. */
  past: boolean;
  /** Those that stand. */
  read: ReturnType<typeof useHostFindings>;
}

/** The card of what was found on a host, or why there is none. */
export function HostFindings({ host, past, read }: HostFindingsProps) {
  const t = useTranslations('findingCards');
  if (past || host.connection === 'retired')
    return (
      <HostFindingsFrame>
        <p className="card-body text-fg-2">{t(past ? 'past' : 'retired')}</p>
      </HostFindingsFrame>
    );
  if (read.data) return <HostFindingsCard host={host} standing={read.data} />;
  if (read.errorUpdateCount > 0)
    return <Failure error={read.error} retry={() => void read.refetch()} retrying={read.isFetching} />;
  return <CardSkeleton rows={SKELETON_ROWS} />;
}
