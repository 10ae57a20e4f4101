'use client';
import { useTranslations } from 'use-intl';
import { changeErrorKey } from '../../shared/api/error-key.ts';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';

/** Why a change was not made; always in the page, so that a screen reader hears the sentence when it comes. */
export function ChangeProblem({ error }: { error: unknown }) {
  const t = useTranslations('changeErrors');
  return (
    <p role="alert" className="flex items-start gap-2 empty:hidden">
      {error !== null && error !== undefined && (
        <>
          <span className="mt-[3px]">
            <StateGlyph state="critical" />
          </span>
          {t(changeErrorKey(error))}
        </>
      )}
    </p>
  );
}
