'use client';
import type { BacktestAlarmKind } from '@silt/domain';
import { useTranslations } from 'use-intl';

/** A full square: it was full. An arrow up: room was made. A ring: not over. A cross: false. Apart by shape. */
const PATHS: Record<BacktestAlarmKind, string> = {
  real: 'M3 3h8v8H3z',
  averted: 'M7 11.5v-9M3.5 6L7 2.5 10.5 6',
  open: 'M7 2.75a4.25 4.25 0 1 0 .01 0z',
  false: 'M3 3l8 8M11 3l-8 8',
};
export const KIND_COLOURS: Record<BacktestAlarmKind, string> = {
  real: 'text-crit',
  averted: 'text-fg-2',
  open: 'text-warn',
  false: 'text-fg-3',
};

export function AlarmKindGlyph({ kind }: { kind: BacktestAlarmKind }) {
  return (
    <svg className={`size-3.5 flex-none ${KIND_COLOURS[kind]}`} viewBox="0 0 14 14" aria-hidden="true">
      <path
        d={PATHS[kind]}
        fill={kind === 'real' ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** With its word. */
export function AlarmKindMark({ kind }: { kind: BacktestAlarmKind }) {
  const t = useTranslations('backtest');
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap" title={t(`kindIs.${kind}`)}>
      <AlarmKindGlyph kind={kind} />
      {t(`kind.${kind}`)}
    </span>
  );
}
