'use client';
import type { CollectorRow, MadeToken } from '@silt/domain';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { ConfirmChange } from './confirm-change.tsx';
import { EnrolmentForm } from './enrolment-form.tsx';
import { EnrolmentLine } from './enrolment-line.tsx';
import { useCollectorChange } from './use-collector-change.ts';

type Asked = 'enrol' | 'revoke' | 'retire';

/** What may be done with a host, for those who may. */
export function HostActions({ host }: { host: CollectorRow }) {
  const t = useTranslations('collectors');
  const [asked, setAsked] = useState<Asked | null>(null);
  const end = (): void => setAsked(null);
  const { name } = host;
  const button = (what: Asked) => (
    <button
      type="button"
      className="btn btn-small"
      aria-label={t('actionOf', { action: t(what), name })}
      onClick={() => setAsked(what)}
    >
      {t(what)}
    </button>
  );
  return (
    <span className="flex justify-end gap-1.5">
      {!host.simulated && button('enrol')}
      {host.key !== null && host.retiredAt === null && button('revoke')}
      {host.retiredAt === null && button('retire')}
      {asked === 'enrol' && <EnrolAgain host={host} onClosed={end} />}
      {asked === 'revoke' && <Revoke host={host} onClosed={end} />}
      {asked === 'retire' && <Retire host={host} onClosed={end} />}
    </span>
  );
}

interface AskProps {
  host: CollectorRow;
  onClosed(): void;
}

function EnrolAgain({ host, onClosed }: AskProps) {
  const t = useTranslations('collectors');
  const common = useTranslations('common');
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <Dialog title={t('enrolTitle', { name: host.name })} onClosed={onClosed}>
      {(close) => (
        <>
          {made ? (
            <EnrolmentLine made={made} />
          ) : (
            <>
              <p className="text-fg-2">{t('enrolText')}</p>
              <EnrolmentForm host={host.hostId} onMade={setMade} />
            </>
          )}
          <button type="button" className="btn justify-self-end" onClick={close}>
            {common('close')}
          </button>
        </>
      )}
    </Dialog>
  );
}

function Revoke({ host, onClosed }: AskProps) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const changed = useCollectorChange();
  const revoke = useMutation(trpc.collectors.revokeKeys.mutationOptions({ onSuccess: changed }));
  return (
    <ConfirmChange
      title={t('revokeTitle', { name: host.name })}
      text={t('revokeText')}
      action={t('revoke')}
      run={() => revoke.mutateAsync({ hostId: host.hostId })}
      pending={revoke.isPending}
      error={revoke.error}
      onClosed={onClosed}
    />
  );
}

function Retire({ host, onClosed }: AskProps) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const changed = useCollectorChange();
  const retire = useMutation(trpc.collectors.retireHost.mutationOptions({ onSuccess: changed }));
  return (
    <ConfirmChange
      title={t('retireTitle', { name: host.name })}
      text={t(host.simulated ? 'retireSimulatedText' : 'retireText')}
      action={t('retire')}
      run={() => retire.mutateAsync({ hostId: host.hostId })}
      pending={retire.isPending}
      error={retire.error}
      onClosed={onClosed}
    />
  );
}
