'use client';
import type { FindingView } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../api/trpc.ts';
import { Failure } from '../ui/failure.tsx';
import { EvidenceTable } from './evidence-table.tsx';
import { FindingFacts } from './finding-facts.tsx';
import { MuteActions } from './mute-actions.tsx';
import { RemedySteps } from './remedy-steps.tsx';
import { SeverityMark } from './severity-mark.tsx';
import { useFindingNotes } from './use-finding-texts.ts';

const SKELETON_ROWS = ['w-3/4', 'w-full', 'w-full', 'w-1/2', 'w-full', 'w-2/3'];

interface FindingDetailProps {
  hostId: string;
  findingNo: number;
  /** With its title on top; not where a line of it stands above. */
  titled?: boolean;
}

/** All that there is to say of a finding. It has no frame of its own. */
export function FindingDetail({ hostId, findingNo, titled = false }: FindingDetailProps) {
  const t = useTranslations('common');
  const language = useLocale();
  const trpc = useTRPC();
  const read = useQuery(trpc.findings.get.queryOptions({ hostId, findingNo, language }));
  if (read.data) return <Detail finding={read.data} titled={titled} />;
  if (read.errorUpdateCount > 0)
    return <Failure error={read.error} retry={() => void read.refetch()} retrying={read.isFetching} />;
  return (
    <div role="status" aria-label={t('loading')} className="grid gap-3">
      {SKELETON_ROWS.map((width, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey bars are all alike
        <span key={row} className={`skeleton h-3.5 ${width}`} />
      ))}
    </div>
  );
}

function Detail({ finding, titled }: { finding: FindingView; titled: boolean }) {
  const t = useTranslations('findings');
  const notes = useFindingNotes()(finding);
  const { severity, title, seen, why, remedy, evidence } = finding;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {titled && (
        <h2 className="grid grid-cols-[14px_minmax(0,1fr)] gap-2.5 font-semibold">
          <span className="flex h-5 items-center">
            <SeverityMark severity={severity} />
          </span>
          <span className="wrap-anywhere">{title}</span>
        </h2>
      )}
      {titled && (
        <div className="-mt-2 grid gap-1">
          <p className="wrap-anywhere">{seen}</p>
          {notes.length > 0 && (
            <ul className="text-xs text-fg-3">
              {notes.map(({ name, text }) => (
                <li key={name} className="wrap-anywhere">
                  {text}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <div className="grid gap-1">
        <h3 className="font-semibold">{t('why')}</h3>
        <p className="max-w-[72ch] wrap-anywhere text-fg-2">{why}</p>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
        <h3 className="font-semibold">{t('remedy')}</h3>
        <RemedySteps title={title} remedy={remedy} />
      </div>
      <MuteActions finding={finding} />
      <FindingFacts finding={finding} />
      <EvidenceTable evidence={evidence} />
    </div>
  );
}
