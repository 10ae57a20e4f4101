'use client';
import type { ByteRange } from '@silt/domain';
import { useId } from 'react';

const MIN_PERCENT = 0.6;

interface DeltaBarProps {
  delta: ByteRange | null;
  /** What half of the width stands for. */
  mostBytes: number;
  /** Nobody's: hatched. */
  unattributed?: boolean;
}

/** A difference beside its number: to the right what grew, to the left and outlined what shrank, hatched what is a range. */
export function DeltaBar({ delta, mostBytes, unattributed = false }: DeltaBarProps) {
  const hatch = useId();
  if (delta === null || mostBytes <= 0) return null;
  const share = (bytes: number): number => Math.max(-50, Math.min(50, (bytes / mostBytes) * 50));
  const [least, most] = [share(delta.leastBytes), share(delta.mostBytes)];
  const certain = least > 0 ? least : most < 0 ? most : 0;
  const [low, high] = [Math.min(0, least), Math.max(0, most)];
  const rect = (from: number, to: number) => ({
    x: `${50 + from}%`,
    width: `${to === from ? 0 : Math.max(MIN_PERCENT, to - from)}%`,
    y: '2',
    height: '8',
    rx: '1',
  });
  return (
    <svg aria-hidden="true" className="block h-3 w-32">
      <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="1.2" height="4" className="fill-fg-2" />
      </pattern>
      <line x1="50%" x2="50%" y2="12" className="stroke-line-2" />
      {(unattributed || certain !== (certain > 0 ? high : low) || certain === 0) && high > low && (
        <rect {...rect(low, high)} fill={`url(#${hatch})`} />
      )}
      {!unattributed && certain > 0 && <rect {...rect(0, certain)} className="fill-fg-2" />}
      {!unattributed && certain < 0 && (
        <rect {...rect(certain, 0)} strokeWidth="1.5" className="fill-panel stroke-fg-2" />
      )}
    </svg>
  );
}
