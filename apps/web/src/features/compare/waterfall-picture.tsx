'use client';
import { formatBytes } from '@silt/domain';
import { useId } from 'react';
import { useFormatter, useLocale } from 'use-intl';
import { axisTicks, tickLabels } from '../../shared/charts/axis-ticks.ts';
import type { Moments } from './moments.ts';
import type { Waterfall, WaterfallStep } from './waterfall-steps.ts';

const HEIGHT = 300;
const TOP = 24;
const MAX_TICKS = 6;
/** Of a column, taken by its bar. */
const BAR_SHARE = 0.64;
/** What is there is seen, however little it is. */
const MIN_BAR = 1.5;
const LABEL_GAP = 6;
/** Names of neighbours stand below each other, since they are wider than their columns. */
const NAME_STAGGER = 14;

interface WaterfallPictureProps {
  waterfall: Waterfall;
  moments: Moments;
  /** The sentence that stands for the picture. */
  label: string;
  nameOf(name: WaterfallStep['name']): string;
  textOf(step: WaterfallStep): string;
}

/** Columns are in percent, heights in pixels: the page forbids style attributes, and text is not stretched. */
export function WaterfallPicture({ waterfall, moments, label, nameOf, textOf }: WaterfallPictureProps) {
  const locale = useLocale();
  const format = useFormatter();
  const hatch = useId();
  const { aBytes, bBytes, steps, low, high } = waterfall;
  const columns = steps.length + 2;
  const percent = (column: number): string => `${((column / columns) * 100).toFixed(3)}%`;
  const yOf = (bytes: number): number => Math.round((TOP + ((high - bytes) / (high - low)) * (HEIGHT - TOP)) * 10) / 10;
  const ticks = axisTicks(low, high, 'bytes', MAX_TICKS);
  const labels = tickLabels(ticks, 'bytes', locale);
  const day = (at: string): string => format.dateTime(new Date(at), { day: 'numeric', month: 'short' });
  const bar = (column: number): { x: string; width: string } => ({
    x: percent(column + (1 - BAR_SHARE) / 2),
    width: `${((BAR_SHARE / columns) * 100).toFixed(3)}%`,
  });
  const words = (column: number, top: number, value: string, name: string) => (
    <>
      <text x={percent(column + 0.5)} y={top - LABEL_GAP} textAnchor="middle" className="fill-fg text-2xs">
        {value}
      </text>
      <text
        x={percent(column + 0.5)}
        y={HEIGHT + 18 + (column % 2) * NAME_STAGGER}
        textAnchor="middle"
        className="fill-fg-2 text-2xs"
      >
        {name}
      </text>
    </>
  );
  return (
    <div className="min-w-[760px] py-3 pr-3 pl-[76px]">
      <svg role="img" aria-label={label} width="100%" height={HEIGHT + 38} className="overflow-visible">
        <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1.2" height="5" className="fill-fg-2" />
        </pattern>
        {ticks.map((tick, index) => (
          <g key={tick}>
            <line x1="0" x2="100%" y1={yOf(tick)} y2={yOf(tick)} className="stroke-grid" />
            <text x="-10" y={yOf(tick) + 4} textAnchor="end" className="fill-fg-3 text-2xs">
              {labels[index]}
            </text>
          </g>
        ))}
        <rect {...bar(0)} y={yOf(aBytes)} height={HEIGHT - yOf(aBytes)} rx="2" className="fill-unk" />
        {words(0, yOf(aBytes), formatBytes(aBytes), `A, ${day(moments.a)}`)}
        {steps.map((step, index) => (
          <g key={step.name}>
            <line
              x1={percent(index + 1 - (1 - BAR_SHARE) / 2)}
              x2={percent(index + 1 + (1 - BAR_SHARE) / 2)}
              y1={yOf(step.from)}
              y2={yOf(step.from)}
              className="stroke-fg-3"
            />
            <StepBar step={step} bar={bar(index + 1)} yOf={yOf} hatch={hatch} />
            {words(index + 1, yOf(step.high), textOf(step), nameOf(step.name))}
          </g>
        ))}
        <rect {...bar(columns - 1)} y={yOf(bBytes)} height={HEIGHT - yOf(bBytes)} rx="2" className="fill-unk" />
        {words(columns - 1, yOf(bBytes), formatBytes(bBytes), `B, ${day(moments.b)}`)}
      </svg>
    </div>
  );
}

interface StepBarProps {
  step: WaterfallStep;
  bar: { x: string; width: string };
  yOf(bytes: number): number;
  hatch: string;
}

/** Solid where it grew for certain, outlined where it shrank, hatched where it is a range or nobody's. */
function StepBar({ step: { name, from, certainTo, low, high }, bar, yOf, hatch }: StepBarProps) {
  const certain = { y: yOf(Math.max(from, certainTo)), height: Math.abs(yOf(from) - yOf(certainTo)) };
  const whole = { y: yOf(high), height: Math.max(MIN_BAR, yOf(low) - yOf(high)) };
  if (name === 'unattributed') {
    return <rect {...bar} {...whole} rx="2" fill={`url(#${hatch})`} className="stroke-fg-3" />;
  }
  return (
    <>
      {whole.height > Math.max(MIN_BAR, certain.height) && (
        <rect {...bar} {...whole} rx="2" fill={`url(#${hatch})`} className="stroke-fg-3" strokeDasharray="3 2" />
      )}
      {certainTo > from && (
        <rect {...bar} {...certain} height={Math.max(MIN_BAR, certain.height)} rx="2" className="fill-fg-2" />
      )}
      {certainTo < from && (
        <rect
          {...bar}
          {...certain}
          height={Math.max(MIN_BAR, certain.height)}
          rx="2"
          strokeWidth="1.5"
          className="fill-panel stroke-fg-2"
        />
      )}
    </>
  );
}
