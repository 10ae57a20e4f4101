'use client';
import { ScrollRegion } from './scroll-region.tsx';
import { useCopy } from './use-copy.ts';

interface CopyLineProps {
  text: string;
  /** Of the region that the text scrolls in. */
  label: string;
  words: { copy: string; copied: string; byHand: string };
}

/** One line to copy, however long it is, and what came of it. */
export function CopyLine({ text, label, words }: CopyLineProps) {
  const { shown, copied, copy } = useCopy<HTMLElement>(text);
  return (
    <>
      <div className="flex items-start gap-2 max-md:grid">
        <div className="min-w-0 flex-1 rounded-md border border-line-2 bg-raised">
          <ScrollRegion label={label}>
            <code ref={shown} className="block w-max px-3 py-2 whitespace-pre">
              {text}
            </code>
          </ScrollRegion>
        </div>
        <button type="button" className="btn btn-primary h-9 justify-center" onClick={() => void copy()}>
          {words.copy}
        </button>
      </div>
      <p role="status" className="text-fg-2 empty:hidden">
        {copied === 'yes' && words.copied}
        {copied === 'byHand' && words.byHand}
      </p>
    </>
  );
}
