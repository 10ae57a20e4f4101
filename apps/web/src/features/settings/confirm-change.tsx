'use client';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { ChangeProblem } from './change-problem.tsx';

interface ConfirmChangeProps {
  title: string;
  /** What will happen. */
  text: string;
  /** The word on the button that does it. */
  action: string;
  /** Resolves when it is done; rejects when not. */
  run(): Promise<unknown>;
  pending: boolean;
  error: unknown;
  onClosed(): void;
}

/** Asks before what cannot be taken back by a click. */
export function ConfirmChange({ title, text, action, run, pending, error, onClosed }: ConfirmChangeProps) {
  const t = useTranslations('common');
  return (
    <Dialog title={title} onClosed={onClosed}>
      {(close) => (
        <>
          <p className="text-fg-2">{text}</p>
          <ChangeProblem error={error} />
          <div className="flex flex-wrap justify-end gap-2">
            <button type="button" className="btn" onClick={close}>
              {t('cancel')}
            </button>
            <button
              type="button"
              className="btn btn-primary"
              disabled={pending}
              onClick={() => void run().then(close, () => {})}
            >
              {action}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
