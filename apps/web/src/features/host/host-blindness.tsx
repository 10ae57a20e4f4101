'use client';
import type { HostBlindness as Blindness, BlindRules } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { errorKey } from '../../shared/api/error-key.ts';
import { safeText } from '../../shared/format/safe-text.ts';
import { useAgo } from '../../shared/intl/moment.tsx';
import { useBlindness } from './use-host-findings.ts';

/** Where so large a part of the rules cannot tell, that is not folded away. */
const OPEN_FROM_SHARE = 0.5;
const MAX_SUBJECTS = 3;
const MAX_CHARACTERS = 200;

/** What rules cannot tell of a host, and what would let them. */
export function HostBlindness({ hostId }: { hostId: string }) {
  const t = useTranslations();
  const read = useBlindness(hostId);
  if (read.data) return <Loaded blindness={read.data} />;
  if (read.errorUpdateCount === 0) return null;
  return (
    <p role="alert" className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2 text-fg-2 max-md:px-3">
      <span>
        {t('findingCards.blindFailed')} {read.error !== null && t(`errors.${errorKey(read.error)}`)}
      </span>
      <button type="button" className="btn btn-small" disabled={read.isFetching} onClick={() => void read.refetch()}>
        {t(read.isFetching ? 'common.loading' : 'common.retry')}
      </button>
    </p>
  );
}

function Loaded({ blindness }: { blindness: Blindness }) {
  const t = useTranslations();
  const ago = useAgo();
  const { judgedAt, surveyedAt, rules, blind, faults } = blindness;
  const count = new Set(blind.flatMap((one) => one.rules.map(({ rule }) => rule))).size;
  const line = 'border-t border-line px-4 py-2 text-fg-2 max-md:px-3';
  return (
    <>
      {(judgedAt === null || surveyedAt === null) && (
        <p className={line}>{t(`findings.notJudged.${judgedAt === null ? 'host' : 'never'}`)}</p>
      )}
      {count > 0 && (
        <details className="border-t border-line" open={count >= rules * OPEN_FROM_SHARE}>
          <summary className="px-4 py-2 outline-offset-[-2px] hover:bg-hover max-md:px-3 max-md:py-2.5">
            <span className="font-semibold">{t('findingCards.cannotTell')}</span>{' '}
            <span className="text-fg-3">{t('findingCards.cannotTellCount', { count, rules })}</span>
          </summary>
          <ul className="grid gap-3 px-4 pt-1 pb-3 max-md:px-3">
            {blind.map((one) => (
              <BlindItem key={one.missing} blind={one} />
            ))}
          </ul>
        </details>
      )}
      {faults.length > 0 && (
        <div className={line}>
          <p>{t('findingCards.faults', { count: faults.length })}</p>
          <ul className="text-xs text-fg-3">
            {faults.map(({ rule, message }) => (
              <li key={rule} className="wrap-anywhere">
                <code>{rule}</code>: {safeText(message, MAX_CHARACTERS)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {judgedAt !== null && (
        <p className="border-t border-line px-4 py-2 text-xs text-fg-3 max-md:px-3">
          {surveyedAt === null
            ? t('findingCards.judged', { rules, judged: ago(judgedAt) })
            : t('findingCards.judgedSurvey', { rules, judged: ago(judgedAt), read: ago(surveyedAt) })}
        </p>
      )}
    </>
  );
}

function BlindItem({ blind: { missing, remedy, rules } }: { blind: BlindRules }) {
  const t = useTranslations();
  return (
    <li className="grid gap-0.5">
      <h3 className="font-medium">{t('findingCards.because', { missing: t(`findings.missing.${missing}`) })}</h3>
      <p className="max-w-[88ch] wrap-anywhere text-fg-2">{remedy}</p>
      <ul className="flex flex-wrap gap-x-3 text-xs text-fg-3">
        {rules.map(({ rule, name, subjects }) => (
          <li key={rule} title={rule} className="wrap-anywhere">
            {name}
            {subjects.length > 0 && ` (${subjectsText(subjects, t)})`}
          </li>
        ))}
      </ul>
    </li>
  );
}

function subjectsText(subjects: readonly string[], t: ReturnType<typeof useTranslations<never>>): string {
  const named = subjects.slice(0, MAX_SUBJECTS).map((subject) => safeText(subject, MAX_CHARACTERS));
  const more = subjects.length - named.length;
  return [...named, ...(more > 0 ? [t('findingCards.moreSubjects', { count: more })] : [])].join(', ');
}
