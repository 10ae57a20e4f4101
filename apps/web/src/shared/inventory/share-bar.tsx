'use client';
import type { ItemKind } from '@silt/domain';
import { useId } from 'react';
import { KIND_FILL } from './kind-colours.ts';

const MIN_PERCENT = 0.5;

interface ShareBarProps {
  kind: ItemKind;
  leastBytes: number | null;
  mostBytes: number | null;
  /** What the whole width stands for. */
  wholeBytes: number;
}

/** A bar beside a number that says the same: solid for what is certain, hatched up to the most. */
export function ShareBar({ kind, leastBytes, mostBytes, wholeBytes }: ShareBarProps) {
  const hatch = useId();
  if (leastBytes === null || mostBytes === null || wholeBytes <= 0 || !(kind in KIND_FILL)) return null;
  const fill = KIND_FILL[kind as keyof typeof KIND_FILL];
  const percentOf = (bytes: number): number => (bytes <= 0 ? 0 : Math.max(MIN_PERCENT, (bytes / wholeBytes) * 100));
  const least = percentOf(leastBytes);
  const most = percentOf(mostBytes);
  return (
    <svg aria-hidden="true" className="block h-2 w-full">
      {most > least && (
        <>
          <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="2" height="4" className={fill} />
          </pattern>
          <rect x={`${least}%`} width={`${most - least}%`} height="8" fill={`url(#${hatch})`} />
        </>
      )}
      <rect width={`${least}%`} height="8" rx="1" className={fill} />
    </svg>
  );
}
