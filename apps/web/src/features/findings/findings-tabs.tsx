'use client';
import { FINDING_LISTS, type FindingListName } from '@silt/domain';
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { useFormatter, useTranslations } from 'use-intl';

interface FindingsTabsProps {
  list: FindingListName;
  /** Findings of each by the same filters; null = not read yet. */
  counts: Record<FindingListName, number> | null;
  change(list: FindingListName): void;
  /** What the chosen tab shows. */
  children: ReactNode;
}

/** Tabs as the ARIA practices have them: one in the order of Tab, arrows go to the others. */
export function FindingsTabs({ list, counts, change, children }: FindingsTabsProps) {
  const t = useTranslations('findings.tabs');
  const format = useFormatter();
  const id = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = FINDING_LISTS.at((FINDING_LISTS.indexOf(list) + step) % FINDING_LISTS.length);
    if (!next) return;
    change(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={t('label')}
        className="mt-3 mb-3 flex gap-5 border-b border-line"
        onKeyDown={onKeyDown}
      >
        {FINDING_LISTS.map((name) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === list}
            aria-controls={`${id}-panel`}
            tabIndex={name === list ? 0 : -1}
            onClick={() => change(name)}
            className="-mb-px h-9 border-b-2 border-transparent text-fg-2 hover:text-fg aria-selected:border-fg aria-selected:font-medium aria-selected:text-fg"
          >
            {t(name)} {counts && <span className="font-normal text-fg-3">{format.number(counts[name])}</span>}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${list}`}>
        {children}
      </div>
    </>
  );
}
