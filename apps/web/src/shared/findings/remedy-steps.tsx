'use client';
import type { FindingView, TellStep } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { StateGlyph } from '../ui/state-mark.tsx';
import { useCopy } from '../ui/use-copy.ts';
import { CommandBox } from './command-box.tsx';
import { remedyScript, type ScriptWords } from './remedy-script.ts';

/** What to do, step by step in the safe order, each named by what it does. */
export function RemedySteps({ title, remedy }: Pick<FindingView, 'title' | 'remedy'>) {
  const t = useTranslations('findings');
  if (remedy.length === 0) return <p className="text-fg-2">{t('noRemedy')}</p>;
  return (
    <>
      <ol className="grid gap-3">
        {remedy.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is what it is by its place
          <Step key={index} step={step} number={index + 1} />
        ))}
      </ol>
      {remedy.some(({ command }) => command !== null) && <CopyAll title={title} remedy={remedy} />}
    </>
  );
}

function Step({ step, number }: { step: TellStep; number: number }) {
  const t = useTranslations('findings');
  const { kind, command, isDestructive, note } = step;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <p className="wrap-anywhere">
        <span className="font-semibold">
          {number}. {t(`step.${kind}`)}
        </span>{' '}
        {isDestructive && (
          <span className="tag inline-flex items-center gap-1 border-crit align-middle font-medium text-fg">
            <StateGlyph state="critical" />
            {t('destroys')}
          </span>
        )}{' '}
        <span className="text-fg-2">{note}</span>
      </p>
      {command !== null && <CommandBox number={number} command={command} destructive={isDestructive} />}
    </li>
  );
}

function CopyAll({ title, remedy }: Pick<FindingView, 'title' | 'remedy'>) {
  const t = useTranslations('findings');
  const kinds: ScriptWords['kinds'] = {
    precondition: t('step.precondition'),
    look: t('step.look'),
    'dry-run': t('step.dry-run'),
    run: t('step.run'),
    edit: t('step.edit'),
    expect: t('step.expect'),
  };
  const words = { about: t('script.about'), destroys: t('script.destroys'), edit: t('script.edit'), kinds };
  const script = remedyScript(title, remedy, words);
  const { shown, copied, copy } = useCopy<HTMLElement>(script);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-2">
      <button type="button" className="btn" onClick={() => void copy()}>
        {t('copyAll')}
      </button>
      <p role="status" className="text-xs text-fg-2 empty:hidden">
        {copied === 'yes' && t('copiedAll')}
        {copied === 'byHand' && t('byHand')}
      </p>
      <details className="w-full text-xs" open={copied === 'byHand' || undefined}>
        <summary className="text-fg-2">{t('allSteps')}</summary>
        <div className="mt-2 rounded-md border border-line bg-raised">
          <ScrollRegion label={t('allSteps')}>
            <code ref={shown} className="block w-max px-3 py-2 whitespace-pre">
              {script}
            </code>
          </ScrollRegion>
        </div>
      </details>
    </div>
  );
}
