import type { Attribution, HoldingKind } from '@silt/domain';

/** A step of the way from one moment's bytes to the other's. All in bytes of the store. */
export interface WaterfallStep {
  name: HoldingKind | 'belowSteps' | 'unattributed';
  /** The level before and after it; the next step begins where it ends. */
  from: number;
  to: number;
  /** What is told for certain, from `from` on; where nothing is, equal to `from`. */
  certainTo: number;
  /** All of what it may be. */
  low: number;
  high: number;
}

export interface Waterfall {
  aBytes: number;
  bBytes: number;
  steps: WaterfallStep[];
  /** Of the axis. */
  low: number;
  high: number;
  /** The axis begins above zero, which must be said. */
  cut: boolean;
}

/** The axis begins above zero when what happened is less than this share of its end. */
const CUT_BELOW_SHARE = 0.5;
const PAD_OF_SPAN = 0.12;

/**
 * The steps from A's bytes to B's; null when one of the two was not read. Kinds go by their least, and the unattributed by
 * its most, since these add up to the growth exactly.
 */
export function waterfallOf({ aBytes, bBytes, kinds, belowStepsBytes, unattributed }: Attribution): Waterfall | null {
  if (aBytes === null || bBytes === null || unattributed === null) return null;
  const parts = [
    ...kinds.map(({ kind, leastBytes, mostBytes }) => ({ name: kind, leastBytes, mostBytes, step: leastBytes })),
    ...(belowStepsBytes === null
      ? []
      : [
          {
            name: 'belowSteps' as const,
            leastBytes: belowStepsBytes,
            mostBytes: belowStepsBytes,
            step: belowStepsBytes,
          },
        ]),
    { name: 'unattributed' as const, ...unattributed, step: unattributed.mostBytes },
  ];
  let level = aBytes;
  const steps = parts
    .filter(({ leastBytes, mostBytes }) => leastBytes !== 0 || mostBytes !== 0)
    .sort((x, y) => y.step - x.step)
    .map(({ name, leastBytes, mostBytes, step }): WaterfallStep => {
      const from = level;
      level += step;
      return {
        ...{ name, from, to: level },
        certainTo: from + nearestZero(leastBytes, mostBytes),
        low: from + Math.min(0, leastBytes),
        high: from + Math.max(0, mostBytes),
      };
    });
  return { aBytes, bBytes, steps, ...axisOf([aBytes, bBytes, ...steps.flatMap(({ low, high }) => [low, high])]) };
}

/** The part of a range that is there whatever it is. */
const nearestZero = (least: number, most: number): number => (least > 0 ? least : most < 0 ? most : 0);

function axisOf(levels: readonly number[]): Pick<Waterfall, 'low' | 'high' | 'cut'> {
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  const span = highest - lowest;
  const pad = Math.max(span * PAD_OF_SPAN, highest * 0.002, 1);
  const cut = span < highest * CUT_BELOW_SHARE && lowest - 2 * pad > 0;
  return { low: cut ? lowest - 2 * pad : Math.min(0, lowest - pad), high: highest + pad, cut };
}
