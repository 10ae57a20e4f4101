'use client';
import { type KeyboardEvent, type ReactNode, useId } from 'react';

interface TabsProps<Name extends string> {
  /** Of all of them. */
  label: string;
  names: readonly Name[];
  chosen: Name;
  change(name: Name): void;
  /** What stands on a tab. */
  title(name: Name): ReactNode;
  /** What the chosen tab shows. */
  children: ReactNode;
}

/** Tabs as the ARIA practices have them: one in the order of Tab, arrows go to the others. */
export function Tabs<Name extends string>({ label, names, chosen, change, title, children }: TabsProps<Name>) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = names.at((names.indexOf(chosen) + step) % names.length);
    if (!next) return;
    change(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={label}
        className="mt-3 mb-3 flex gap-5 border-b border-line"
        onKeyDown={onKeyDown}
      >
        {names.map((name) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => change(name)}
            className="-mb-px h-9 border-b-2 border-transparent text-fg-2 hover:text-fg aria-selected:border-fg aria-selected:font-medium aria-selected:text-fg"
          >
            {title(name)}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  );
}
