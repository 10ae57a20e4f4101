'use client';
import type { StoreView } from '@silt/domain';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { useStoreFacts } from './use-store-facts.ts';

interface StoreFactsProps {
  view: StoreView;
  /** What the remedies of its findings give back; null = none promises any. */
  promisedBytes: number | null;
}

/** The numbers of the last beat, at most six in a row. */
export function StoreFacts({ view, promisedBytes }: StoreFactsProps) {
  const facts = useStoreFacts(view, promisedBytes);
  return (
    <dl className="mb-4 grid grid-cols-[repeat(auto-fit,minmax(176px,1fr))] overflow-hidden rounded-lg border border-line bg-panel">
      {facts.map(({ name, value, note, state }) => (
        <div key={name} className="-mt-px -ml-px min-w-0 border-t border-l border-line px-4 py-3 max-md:px-3">
          <dt className="flex items-center gap-1.5 text-xs text-fg-3">
            {state && <StateGlyph state={state} />}
            {name}
          </dt>
          <dd>
            <span
              className={
                value.known ? 'block text-xl font-semibold tracking-tight max-md:text-lg' : 'block text-lg text-fg-3'
              }
            >
              {value.text}
            </span>
            <span className="block min-h-4 text-xs text-fg-2">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
