'use client';
import type { State } from '@silt/domain';
import { useTranslations } from 'use-intl';

const COLOUR = { ok: 'text-ok', warning: 'text-warn', critical: 'text-crit', unknown: 'text-unk' } as const;

/** Glyphs differ by shape as well as by colour. Alone only where the state's word stands near. */
export function StateGlyph({ state }: { state: State }) {
  return (
    <svg className={`size-3.5 flex-none ${COLOUR[state]}`} viewBox="0 0 14 14" aria-hidden="true" fill="none">
      {state === 'ok' && (
        <g stroke="currentColor" strokeWidth="1.5">
          <circle cx="7" cy="7" r="5.75" />
          <path d="M4.4 7.2l1.8 1.8 3.4-3.8" />
        </g>
      )}
      {state === 'warning' && (
        <g strokeLinejoin="round">
          <path d="M7 .9l6.6 11.9H.4z" fill="currentColor" stroke="currentColor" strokeWidth=".8" />
          <path d="M7 5v4M7 10.2v1.4" stroke="var(--bg)" strokeWidth="1.5" />
        </g>
      )}
      {state === 'critical' && (
        <g>
          <path d="M4.3.6h5.4l3.7 3.7v5.4l-3.7 3.7H4.3L.6 9.7V4.3z" fill="currentColor" />
          <path d="M4.7 4.7l4.6 4.6M9.3 4.7L4.7 9.3" stroke="var(--bg)" strokeWidth="1.6" />
        </g>
      )}
      {state === 'unknown' && (
        <g stroke="currentColor">
          <circle cx="7" cy="7" r="5.75" strokeWidth="1.5" strokeDasharray="2.4 2.1" />
          <path d="M3.6 9.2l5.6-5.6M5 10.9L10.9 5M3 6.6L6.6 3" />
        </g>
      )}
    </svg>
  );
}

export function StateMark({ state }: { state: State }) {
  const t = useTranslations('state');
  return (
    <span className="inline-flex items-center gap-1.5 align-middle font-medium whitespace-nowrap">
      <StateGlyph state={state} />
      {t(state)}
    </span>
  );
}
