import type { ReactNode } from 'react';

/** Holds a table that may be wider than a phone; in the order of Tab, so that arrow keys can scroll it. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section aria-label={label} tabIndex={0} className="overflow-x-auto outline-offset-[-2px]">
      {children}
    </section>
  );
}
