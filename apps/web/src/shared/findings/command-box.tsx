'use client';
import { useTranslations } from 'use-intl';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { useCopy } from '../ui/use-copy.ts';

interface CommandBoxProps {
  /** Number of its step. */
  number: number;
  command: string;
  /** Has a border in the colour of what is critical. */
  destructive: boolean;
}

/** A command, or the lines of a file, to read and to copy. Long lines scroll within it. */
export function CommandBox({ number, command, destructive }: CommandBoxProps) {
  const t = useTranslations('findings');
  const { shown, copied, copy } = useCopy<HTMLElement>(command);
  return (
    <>
      <div
        className={`flex items-start rounded-md border bg-raised ${destructive ? 'border-line-2 shadow-[inset_2px_0_var(--crit)]' : 'border-line'}`}
      >
        <div className="min-w-0 flex-1">
          <ScrollRegion label={t('command', { number })}>
            <code ref={shown} className="block w-max px-3 py-2 leading-5 whitespace-pre">
              {command}
            </code>
          </ScrollRegion>
        </div>
        <button
          type="button"
          className="btn btn-small m-1.5 flex-none"
          aria-label={t('copyOf', { number })}
          onClick={() => void copy()}
        >
          {t('copyCommand')}
        </button>
      </div>
      <p role="status" className="text-xs text-fg-2 empty:hidden">
        {copied === 'yes' && t('copied')}
        {copied === 'byHand' && t('byHand')}
      </p>
    </>
  );
}
