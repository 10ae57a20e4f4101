import type { BacktestHorizon, BacktestResult } from '@silt/domain';

/**
 * How two horizons differ: `more` or `fewer` alarms, of which `real` were real; `same`: as many; `other`: what is real moved
 * the other way, or further than the number of alarms did, so that both are told in full.
 */
export interface HorizonDifference {
  how: 'more' | 'fewer' | 'same' | 'other';
  /** Alarms more or fewer; of `same` and `other`, all of the tried one. */
  count: number;
  real: number;
  before: { count: number; real: number };
}

const alarmsOf = ({ counts }: BacktestHorizon): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export function compareHorizons(inForce: BacktestHorizon, tried: BacktestHorizon): HorizonDifference {
  const before = { count: alarmsOf(inForce), real: inForce.counts.real };
  const [count, real] = [alarmsOf(tried), tried.counts.real];
  const [more, moreReal] = [count - before.count, real - before.real];
  if (more === 0 && moreReal === 0) return { how: 'same', count, real, before };
  if (more > 0 && moreReal >= 0 && moreReal <= more) return { how: 'more', count: more, real: moreReal, before };
  if (more < 0 && moreReal <= 0 && moreReal >= more) return { how: 'fewer', count: -more, real: 0 - moreReal, before };
  return { how: 'other', count, real, before };
}

/** Fills, and how many of them would have been told with a horizon. */
export function toldOf({ horizons }: BacktestResult, place: number, fills: number): number {
  return fills - (horizons[place]?.missed ?? fills);
}
