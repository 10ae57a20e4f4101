'use client';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useMinute } from '../intl/use-minute.ts';
import { fromLocalInput, toLocalInput } from './local-input.ts';

/** The page follows what is typed after this: a date passes through others on its way. */
const TYPING_MILLISECONDS = 900;

interface AsOfInputProps {
  /** ISO 8601 UTC; null = live. */
  at: string | null;
  /** What the moment is; by default the one that the page shows. */
  label?: string;
  change(next: string): void;
}

/** Date and time by the browser's own control, in the reader's time zone. */
export function AsOfInput({ at, label, change }: AsOfInputProps) {
  const t = useTranslations('asOf');
  const minute = useMinute();
  const [draft, setDraft] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const commit = (text: string | null): void => {
    clearTimeout(timer.current);
    const milliseconds = text === null ? null : fromLocalInput(text);
    if (milliseconds !== null) change(new Date(milliseconds).toISOString());
    setDraft(null);
  };
  const type = (text: string): void => {
    setDraft(text);
    clearTimeout(timer.current);
    if (fromLocalInput(text) !== null) timer.current = setTimeout(() => commit(text), TYPING_MILLISECONDS);
  };
  return (
    <input
      type="datetime-local"
      // The server does not know the browser's zone for certain before the first page.
      suppressHydrationWarning
      aria-label={label ?? t('moment')}
      value={draft ?? toLocalInput(at === null ? minute : Date.parse(at))}
      max={toLocalInput(minute)}
      onChange={(event) => type(event.target.value)}
      onBlur={() => draft !== null && commit(draft)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(draft);
        if (event.key === 'Escape') commit(null);
      }}
      className="h-6 rounded-md border border-line-2 bg-raised px-1.5 text-xs text-fg max-md:h-9"
    />
  );
}
