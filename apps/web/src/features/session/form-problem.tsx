'use client';
import { useTranslations } from 'use-intl';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import type { PostProblem } from './use-form-post.ts';

/** Always in the page, so that a screen reader hears the sentence when it comes. */
export function FormProblem({ problem }: { problem: PostProblem | null }) {
  const t = useTranslations('session');
  return (
    <p role="alert" className="flex items-start gap-2 empty:hidden">
      {problem && (
        <>
          <span className="mt-[3px]">
            <StateGlyph state="critical" />
          </span>
          {t(problem)}
        </>
      )}
    </p>
  );
}
