'use client';
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { useTranslations } from 'use-intl';
import { FLEET_TABS, type FleetTab } from './fleet-query.ts';

interface FleetTabsProps {
  tab: FleetTab;
  change(tab: FleetTab): void;
  /** What the chosen tab shows. */
  children: ReactNode;
}

/** Tabs as the ARIA practices have them: one in the order of Tab, arrows go to the other. */
export function FleetTabs({ tab, change, children }: FleetTabsProps) {
  const t = useTranslations('fleet');
  const id = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = FLEET_TABS.at((FLEET_TABS.indexOf(tab) + step) % FLEET_TABS.length);
    if (!next) return;
    change(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={t('tabs.label')}
        className="mt-3 mb-3 flex gap-5 border-b border-line"
        onKeyDown={onKeyDown}
      >
        {FLEET_TABS.map((name) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === tab}
            aria-controls={`${id}-panel`}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => change(name)}
            className="-mb-px h-9 border-b-2 border-transparent text-fg-2 hover:text-fg aria-selected:border-fg aria-selected:font-medium aria-selected:text-fg"
          >
            {t(`tabs.${name}`)}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${tab}`}>
        {children}
      </div>
    </>
  );
}
