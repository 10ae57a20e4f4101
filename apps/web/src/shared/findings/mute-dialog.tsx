'use client';
import { type FindingView, MAX_MUTE_REASON_CHARACTERS } from '@silt/domain';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../api/trpc.ts';
import { Dialog } from '../ui/dialog.tsx';
import { MuteProblem } from './mute-problem.tsx';
import { useFindingChange } from './use-finding-change.ts';

/** Days; null = until somebody ends it. */
const SPANS = { day: 1, week: 7, month: 30, open: null } as const;
type Span = keyof typeof SPANS;
const DAY_MILLISECONDS = 86_400_000;
const REASON_ROWS = 3;

interface MuteDialogProps {
  finding: FindingView;
  onClosed(): void;
}

/** Asks why and for how long, and says what ends it early. */
export function MuteDialog({ finding, onClosed }: MuteDialogProps) {
  const t = useTranslations('findings.mute');
  return (
    <Dialog title={t('title')} onClosed={onClosed}>
      {(close) => <MuteForm finding={finding} close={close} />}
    </Dialog>
  );
}

function MuteForm({ finding, close }: { finding: FindingView; close(): void }) {
  const t = useTranslations('findings.mute');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const changed = useFindingChange();
  const mute = useMutation(trpc.findings.mute.mutationOptions({ onSuccess: changed }));
  const id = useId();
  const { hostId, findingNo, severity, title } = finding;
  const [reason, setReason] = useState(finding.mute?.reason ?? '');
  const [span, setSpan] = useState<Span>('week');
  const [tried, setTried] = useState(false);
  const empty = reason.trim() === '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (empty || mute.isPending) return;
    const days = SPANS[span];
    const until = days === null ? null : new Date(Date.now() + days * DAY_MILLISECONDS).toISOString();
    void mute.mutateAsync({ hostId, findingNo, reason: reason.trim(), until }).then(close, () => {});
  };
  return (
    <form className="grid grid-cols-[minmax(0,1fr)] gap-4" onSubmit={submit} noValidate>
      <p className="font-medium wrap-anywhere">{title}</p>
      <div className="grid gap-1">
        <label htmlFor={`${id}-reason`} className="font-medium">
          {t('reason')}
        </label>
        <textarea
          id={`${id}-reason`}
          rows={REASON_ROWS}
          maxLength={MAX_MUTE_REASON_CHARACTERS}
          required
          value={reason}
          aria-describedby={`${id}-hint`}
          aria-invalid={tried && empty}
          onChange={(event) => setReason(event.target.value)}
          className="field h-auto py-1.5"
        />
        <p id={`${id}-hint`} className="text-xs text-fg-3">
          {tried && empty ? <b className="font-semibold text-fg">{t('noReason')}</b> : t('reasonHint')}
        </p>
      </div>
      <SpanChoice span={span} choose={setSpan} />
      <p className="text-fg-2">
        {t('text')} {severity !== 'critical' && t(severity === 'notice' ? 'endsWorseNotice' : 'endsWorse')}{' '}
        {t('endsResolved')}
      </p>
      <MuteProblem error={mute.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="btn" onClick={close}>
          {common('cancel')}
        </button>
        <button type="submit" className="btn btn-primary" disabled={mute.isPending}>
          {mute.isPending ? t('saving') : t('save')}
        </button>
      </div>
    </form>
  );
}

function SpanChoice({ span, choose }: { span: Span; choose(span: Span): void }) {
  const t = useTranslations('findings.mute');
  const id = useId();
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="mb-1 font-medium">{t('until')}</legend>
      {(Object.keys(SPANS) as Span[]).map((name) => (
        <label key={name} className="flex min-h-6 items-center gap-1.5 max-md:min-h-9">
          <input
            type="radio"
            className="accent-fg"
            name={id}
            value={name}
            checked={name === span}
            onChange={() => choose(name)}
          />
          {t(`spans.${name}`)}
        </label>
      ))}
    </fieldset>
  );
}
