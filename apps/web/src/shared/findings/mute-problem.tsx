'use client';
import { useTranslations } from 'use-intl';
import { changeErrorKey } from '../api/error-key.ts';
import { StateGlyph } from '../ui/state-mark.tsx';

/** Why a mute was not made or not ended; always in the page, so that a screen reader hears the sentence when it comes. */
export function MuteProblem({ error }: { error: unknown }) {
  const t = useTranslations();
  const failed = error !== null && error !== undefined;
  const key = failed ? changeErrorKey(error) : 'OTHER';
  return (
    <p role="alert" className="flex items-start gap-2 empty:hidden">
      {failed && (
        <>
          <span className="mt-[3px]">
            <StateGlyph state="critical" />
          </span>
          {key === 'CONFLICT' ? t('findings.mute.conflict') : t(`changeErrors.${key}`)}
        </>
      )}
    </p>
  );
}
