'use client';
import type { FindingView } from '@silt/domain';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../api/trpc.ts';
import { FindingDay } from './finding-day.tsx';
import { MuteDialog } from './mute-dialog.tsx';
import { MuteProblem } from './mute-problem.tsx';
import { useFindingChange } from './use-finding-change.ts';

/** The mute of a finding, and what may be done about it; of a resolved one there is none. */
export function MuteActions({ finding }: { finding: FindingView }) {
  const t = useTranslations('findings');
  const trpc = useTRPC();
  const changed = useFindingChange();
  const unmute = useMutation(trpc.findings.unmute.mutationOptions({ onSuccess: changed }));
  const [asked, setAsked] = useState(false);
  const { hostId, findingNo, mute, resolvedAt, mayMute } = finding;
  if (resolvedAt !== null) return null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {mute !== null && <MuteText mute={mute} />}
      {mayMute ? (
        <div className="flex flex-wrap gap-2">
          <button type="button" className="btn" onClick={() => setAsked(true)}>
            {t(mute === null ? 'mute.action' : 'mute.again')}
          </button>
          {mute !== null && (
            <button
              type="button"
              className="btn"
              disabled={unmute.isPending}
              onClick={() => unmute.mutate({ hostId, findingNo })}
            >
              {t(unmute.isPending ? 'mute.ending' : 'mute.end')}
            </button>
          )}
        </div>
      ) : (
        <p className="text-xs text-fg-3">{t('mute.mayNot')}</p>
      )}
      <MuteProblem error={unmute.error} />
      {asked && <MuteDialog finding={finding} onClosed={() => setAsked(false)} />}
    </div>
  );
}

function MuteText({ mute }: { mute: NonNullable<FindingView['mute']> }) {
  const t = useTranslations('findings');
  const { reason, until, at, by } = mute;
  const time = () => <FindingDay at={at} />;
  return (
    <p className="wrap-anywhere text-fg-2">
      <span className="font-semibold text-fg">{t('note.muted', { reason })}</span>{' '}
      {until === null ? t('fact.mutedForGood') : t.rich('fact.mutedFor', { time: () => <FindingDay at={until} /> })}
      {' · '}
      {by === null ? t.rich('fact.mutedByNobody', { time }) : t.rich('fact.mutedBy', { name: by, time })}
    </p>
  );
}
