'use client';
import { formatBytes, type StoreHoldings } from '@silt/domain';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { axisTicks, tickLabels } from '../../shared/charts/axis-ticks.ts';
import { KIND_FILL } from '../../shared/inventory/kind-colours.ts';
import { holdingAreas } from './holding-areas.ts';

const HEIGHT = 220;
const AXIS_HEIGHT = 24;
const AXIS_WIDTH = 72;
const MAX_TICKS = 5;
const TIME_TICKS = 6;
/** What the server draws for, before the browser says how wide its page is. */
const FIRST_WIDTH = 800;
/** As in `holdingAreas`: what the axis ends above. */
const PAD_SHARE = 0.06;
const DAY_SECONDS = 86_400;

/** What the store held over time, kind upon kind. */
export function HoldingsChart({ holdings }: { holdings: StoreHoldings }) {
  const t = useTranslations();
  const locale = useLocale();
  const format = useFormatter();
  const [holder, width] = useWidth();
  const box = { width: Math.max(1, width - AXIS_WIDTH), height: HEIGHT };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the box is its width
  const areas = useMemo(() => holdingAreas(holdings, box), [holdings, width]);
  const [from, to] = [Date.parse(holdings.from), Date.parse(holdings.to)];
  const high = areas.highest * (1 + PAD_SHARE);
  const ticks = axisTicks(0, high, 'bytes', MAX_TICKS);
  const labels = tickLabels(ticks, 'bytes', locale);
  const isLong = to - from > DAY_SECONDS * 2_000;
  const timeText = (at: number): string =>
    format.dateTime(
      new Date(at),
      isLong ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    );
  const kinds = holdings.kinds
    .map(({ kind, bytes }) => ({ kind, last: bytes.findLast((value) => value !== null) ?? null }))
    .flatMap(({ kind, last }) => (last === null ? [] : [`${t(`inventory.kind.${kind}`)} ${formatBytes(last)}`]));
  const label = t('store.holdingsLabel', { from: timeText(from), to: timeText(to), kinds: kinds.join(', ') });
  return (
    <div ref={holder}>
      <svg role="img" aria-label={label} width="100%" height={HEIGHT + AXIS_HEIGHT} className="block overflow-hidden">
        {ticks.map((tick, index) => (
          <g key={tick}>
            <line
              x1={AXIS_WIDTH}
              x2="100%"
              y1={HEIGHT - (tick / high) * HEIGHT}
              y2={HEIGHT - (tick / high) * HEIGHT}
              className="stroke-grid"
            />
            <text
              x={AXIS_WIDTH - 10}
              y={Math.max(10, HEIGHT - (tick / high) * HEIGHT + 4)}
              textAnchor="end"
              className="fill-fg-3 text-2xs"
            >
              {labels[index]}
            </text>
          </g>
        ))}
        <svg x={AXIS_WIDTH} width={box.width} height={HEIGHT} aria-hidden="true">
          <Areas areas={areas} />
        </svg>
        {Array.from({ length: TIME_TICKS }, (_, tick) => (tick + 0.5) / TIME_TICKS).map((share) => (
          <text
            key={share}
            x={AXIS_WIDTH + share * box.width}
            y={HEIGHT + 17}
            textAnchor="middle"
            className="fill-fg-3 text-2xs max-md:[&:nth-of-type(even)]:hidden"
          >
            {timeText(from + share * (to - from))}
          </text>
        ))}
      </svg>
      {areas.notToldApart !== '' && <p className="mt-1 text-right text-xs text-fg-3">{t('store.notToldApart')}</p>}
    </div>
  );
}

function Areas({ areas }: { areas: ReturnType<typeof holdingAreas> }) {
  const [nobody, hole, between] = [useId(), useId(), useId()];
  return (
    <>
      <pattern id={nobody} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="1" height="4" className="fill-plot" />
      </pattern>
      <pattern id={hole} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2" height="6" className="fill-unk" />
      </pattern>
      <pattern id={between} width="4" height="4" patternUnits="userSpaceOnUse">
        <circle cx="1" cy="1" r="0.8" className="fill-fg-3" />
      </pattern>
      {areas.holes.map(({ x, width }) => (
        <rect key={x} x={x} width={width} height={HEIGHT} fill={`url(#${hole})`} />
      ))}
      {areas.kinds.map(({ kind, path }) => (
        <path key={kind} d={path} className={`${KIND_FILL[kind]} stroke-panel`} strokeWidth="1" />
      ))}
      <path d={areas.notToldApart} fill={`url(#${between})`} />
      <path d={areas.unattributed} fill={`url(#${nobody})`} className="stroke-fg-3" strokeWidth="0.75" />
    </>
  );
}

function useWidth() {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [holder, width] as const;
}
