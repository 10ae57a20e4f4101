'use client';
import { HELD_SERIES, type SeriesName, type StoreHistory } from '@silt/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { useZonedText } from '../../shared/as-of/zoned-moment.tsx';
import type { Moments } from './moments.ts';
import { type StripWindow, stripPath, stripWindow } from './strip-window.ts';

/** Of a year that is 9 hours, of 30 days 43 minutes. */
const STEPS = 1_000;
const STRIP_POINTS = 300;
const BOX = { width: 1_000, height: 64 };
const TICKS = 6;
/** The page follows a handle after it stood for so long. */
const REST_MILLISECONDS = 250;
const MINUTE_MILLISECONDS = 60_000;
/** Half of a handle: the strip begins and ends where the middle of one can be. */
const INSET = 'left-3 w-[calc(100%-24px)]';
export interface MomentsProps {
  hostId: string;
  /** Whose history is drawn under the handles; null = no store's. */
  storeKey: string | null;
  moments: Moments;
  /** ISO 8601 UTC, when the server made the page. */
  openedAt: string;
  change(next: Moments): void;
}

/** Both moments as handles over the history of what is used. */
export function MomentStrip({ hostId, storeKey, moments, openedAt, change }: MomentsProps) {
  const t = useTranslations('compare');
  const [draft, setDraft] = useState<Partial<Record<'a' | 'b', number>>>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const window = stripWindow(moments, openedAt);
  const stepOf = (at: string): number =>
    Math.min(STEPS, Math.max(0, ((Date.parse(at) - window.from) / (window.to - window.from)) * STEPS));
  const momentOf = (step: number): string => {
    const at = window.from + (step / STEPS) * (window.to - window.from);
    return new Date(Math.floor(at / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS).toISOString();
  };
  const slide = (side: 'a' | 'b', step: number): void => {
    const next = { ...draft, [side]: step };
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setDraft({});
      change({
        a: next.a === undefined ? moments.a : momentOf(next.a),
        b: next.b === undefined ? moments.b : momentOf(next.b),
      });
    }, REST_MILLISECONDS);
  };
  const at = { a: draft.a ?? stepOf(moments.a), b: draft.b ?? stepOf(moments.b) };
  return (
    <div className="relative h-[134px]">
      <StripPicture hostId={hostId} storeKey={storeKey} window={window} a={at.a / STEPS} b={at.b / STEPS} />
      <Handle
        label={t('sliderA')}
        at={draft.a === undefined ? moments.a : momentOf(draft.a)}
        step={at.a}
        slide={(step) => slide('a', step)}
        className="top-0"
      />
      <Handle
        label={t('sliderB')}
        at={draft.b === undefined ? moments.b : momentOf(draft.b)}
        step={at.b}
        slide={(step) => slide('b', step)}
        className="top-[92px]"
      />
    </div>
  );
}

interface HandleProps {
  label: string;
  at: string;
  step: number;
  slide(step: number): void;
  /** A above the picture and B below it, so that none covers the other. */
  className: string;
}

/** Its focus is drawn by the picture, which has the letter. */
function Handle({ label, at, step, slide, className }: HandleProps) {
  const text = useZonedText();
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={text(at)}
      min={0}
      max={STEPS}
      value={Math.round(step)}
      onChange={(event) => slide(event.target.valueAsNumber)}
      className={`handle ${className}`}
    />
  );
}

interface PictureProps {
  hostId: string;
  storeKey: string | null;
  window: StripWindow;
  /** Places of the moments, 0 to 1. */
  a: number;
  b: number;
}

function StripPicture({ hostId, storeKey, window, a, b }: PictureProps) {
  const trpc = useTRPC();
  const format = useFormatter();
  const t = useTranslations('compare');
  const { data } = useQuery({
    ...trpc.store.history.queryOptions({
      ...{ hostId, storeKey: storeKey ?? '', range: window.range, points: STRIP_POINTS },
      at: new Date(window.to).toISOString(),
    }),
    enabled: storeKey !== null,
    placeholderData: keepPreviousData,
  });
  const day = (milliseconds: number): string =>
    format.dateTime(new Date(milliseconds), { day: 'numeric', month: 'short' });
  const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;
  const label = t('stripLabel', { from: day(window.from), to: day(window.to) });
  return (
    <>
      <div className={`absolute top-[26px] h-16 ${INSET}`}>
        <svg role="img" aria-label={label} className="size-full overflow-visible">
          <rect
            x={percent(Math.min(a, b))}
            width={percent(Math.abs(b - a))}
            height={BOX.height}
            className="fill-sel opacity-60"
          />
          {data && <StripLine history={data} window={window} />}
          <line x1="0" x2="100%" y1={BOX.height} y2={BOX.height} className="stroke-line-2" />
          {Array.from({ length: TICKS }, (_, tick) => (tick + 0.5) / TICKS).map((share) => (
            <text
              key={share}
              x={percent(share)}
              y="104"
              textAnchor="middle"
              className="fill-fg-3 text-2xs max-md:[&:nth-of-type(even)]:hidden"
            >
              {day(window.from + share * (window.to - window.from))}
            </text>
          ))}
        </svg>
      </div>
      <svg aria-hidden="true" className={`pointer-events-none absolute top-0 h-[116px] overflow-visible ${INSET}`}>
        {[
          { letter: 'A', share: a, y: 0 },
          { letter: 'B', share: b, y: 92 },
        ].map(({ letter, share, y }) => (
          <svg key={letter} aria-hidden="true" x={percent(share)} className="overflow-visible">
            <line y1="24" y2="92" strokeWidth="2" className="stroke-fg" />
            <rect x="-12" y={y} width="24" height="24" rx="4" className="fill-fg" />
            <text y={y + 16} textAnchor="middle" className="fill-inv text-xs font-semibold">
              {letter}
            </text>
          </svg>
        ))}
      </svg>
    </>
  );
}

/** The least of other things first: a btrfs has `usedBytes` too. */
const HELD_FIRST: readonly SeriesName[] = [HELD_SERIES['thin-pool'], HELD_SERIES.btrfs, HELD_SERIES.filesystem];

function StripLine({ history, window }: { history: StoreHistory; window: StripWindow }) {
  const hatch = useId();
  const { from, to, range } = window;
  const { line, holes } = useMemo(() => {
    const held = HELD_FIRST.flatMap((name) => history.series.filter((one) => one.name === name))[0];
    return stripPath(history, held?.last ?? [], { from, to, range }, BOX);
  }, [history, from, to, range]);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      width="100%"
      height={BOX.height}
      preserveAspectRatio="none"
    >
      <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="1.5" height="5" className="fill-unk" />
      </pattern>
      {holes.map(({ x, width }) => (
        <rect key={x} x={x} width={width} height={BOX.height} fill={`url(#${hatch})`} />
      ))}
      <path d={line} className="fill-none stroke-plot" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
