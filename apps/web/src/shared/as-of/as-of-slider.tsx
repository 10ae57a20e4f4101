'use client';
import type { StoreHistory } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useTRPC } from '../api/trpc.ts';
import { useMinute } from '../intl/use-minute.ts';
import { fillStrip, type StripWindow } from './fill-strip.ts';
import { useZonedText } from './zoned-moment.tsx';

const DAY = 86_400_000;
const WINDOW_DAYS = 30;
/** What the slider moves by; one pixel of a wide window is 40 minutes. */
const STEP_MILLISECONDS = 900_000;
const STEPS = (WINDOW_DAYS * DAY) / STEP_MILLISECONDS;
const STRIP_POINTS = 240;
const BOX = { width: 1_000, height: 20 };
const TICK_DAYS = 5;
/** The page follows the slider after it stood for so long. */
const REST_MILLISECONDS = 250;

interface AsOfSliderProps {
  hostId: string;
  storeKey: string | null;
  at: string | null;
  change(next: string | null): void;
}

/** The last 30 days; of a moment before these, the 30 days around it. */
function windowOf(at: string | null, minute: number): StripWindow & { isOlder: boolean } {
  const moment = at === null ? minute : Date.parse(at);
  const isOlder = moment < minute - WINDOW_DAYS * DAY;
  const to = isOlder ? moment + (WINDOW_DAYS / 2) * DAY : minute;
  return { from: to - WINDOW_DAYS * DAY, to, isOlder };
}

/** A slider over the fill of a store, from which any moment of 30 days can be chosen. */
export function AsOfSlider({ hostId, storeKey, at, change }: AsOfSliderProps) {
  const t = useTranslations('asOf');
  const text = useZonedText();
  const minute = useMinute();
  const window = windowOf(at, minute);
  const [draft, setDraft] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const momentOf = (step: number): number => window.from + step * STEP_MILLISECONDS;
  const commit = (step: number): void => {
    clearTimeout(timer.current);
    setDraft(null);
    change(step === STEPS && !window.isOlder ? null : new Date(momentOf(step)).toISOString());
  };
  const slide = (step: number): void => {
    setDraft(step);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => commit(step), REST_MILLISECONDS);
  };
  const shown = at === null ? STEPS : Math.round((Date.parse(at) - window.from) / STEP_MILLISECONDS);
  const step = draft ?? shown;
  const isLive = step === STEPS && !window.isOlder;
  return (
    <div className="relative h-9 min-w-64 flex-1">
      <Strip hostId={hostId} storeKey={storeKey} window={window} />
      <input
        type="range"
        aria-label={t('slider')}
        aria-valuetext={isLive ? t('live') : text(draft === null && at !== null ? at : momentOf(step))}
        min={0}
        max={STEPS}
        value={step}
        onChange={(event) => slide(event.target.valueAsNumber)}
        className="absolute inset-x-0 top-0 h-5 w-full cursor-pointer appearance-none bg-transparent [&::-moz-range-thumb]:h-5 [&::-moz-range-thumb]:w-1.5 [&::-moz-range-thumb]:rounded-sm [&::-moz-range-thumb]:border [&::-moz-range-thumb]:border-bg [&::-moz-range-thumb]:bg-fg [&::-webkit-slider-thumb]:h-5 [&::-webkit-slider-thumb]:w-2 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-sm [&::-webkit-slider-thumb]:border [&::-webkit-slider-thumb]:border-bg [&::-webkit-slider-thumb]:bg-fg"
      />
    </div>
  );
}

interface StripProps {
  hostId: string;
  storeKey: string | null;
  window: StripWindow & { isOlder: boolean };
}

function Strip({ hostId, storeKey, window }: StripProps) {
  const trpc = useTRPC();
  const format = useFormatter();
  const input = { hostId, storeKey: storeKey ?? '', range: '30d' as const, points: STRIP_POINTS };
  const { data } = useQuery({
    ...trpc.store.history.queryOptions(window.isOlder ? { ...input, at: new Date(window.to).toISOString() } : input),
    enabled: storeKey !== null,
    placeholderData: keepPreviousData,
  });
  const ticks = Array.from({ length: WINDOW_DAYS / TICK_DAYS }, (_, index) => {
    const at = (Math.ceil(window.from / DAY) + index * TICK_DAYS) * DAY;
    return { at, x: ((at - window.from) / (window.to - window.from)) * 100 };
  });
  return (
    <svg aria-hidden="true" className="absolute inset-x-1 top-0 h-9 w-[calc(100%-8px)] overflow-visible">
      <line x1="0" x2="100%" y1="20" y2="20" className="stroke-line-2" />
      {data && <StripPath history={data} from={window.from} to={window.to} />}
      {ticks.map(({ at, x }) => (
        <text key={at} x={`${x}%`} y="33" className="fill-fg-3 text-2xs max-md:[&:nth-of-type(even)]:hidden">
          {format.dateTime(new Date(at), { day: 'numeric', month: 'short', timeZone: 'UTC' })}
        </text>
      ))}
    </svg>
  );
}

function StripPath({ history, from, to }: { history: StoreHistory } & StripWindow) {
  const { line, area } = useMemo(() => fillStrip(history, { from, to }, BOX), [history, from, to]);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      height="20"
      width="100%"
      preserveAspectRatio="none"
    >
      <path d={area} className="fill-fg-3 opacity-30" />
      <path d={line} className="fill-none stroke-fg-3" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
