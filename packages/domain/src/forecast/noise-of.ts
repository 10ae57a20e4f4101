import { medianOf } from './theil-sen.ts';

/**
 * Deviation of a value from a line through those `apart` places before and after it, which a slope has no part in and a rare
 * step hardly any. 0 for too few.
 */
export function noiseOf(values: Float64Array, length: number, apart: number): number {
  const bends: number[] = [];
  for (let place = 0; place + 2 * apart < length; place += 1) {
    const [before, value, after] = [values[place], values[place + apart], values[place + 2 * apart]] as [
      number,
      number,
      number,
    ];
    bends.push(Math.abs(before - 2 * value + after));
  }
  // A median deviation of 1 is a standard one of 1.4826; a second difference has the variance of six.
  return bends.length === 0 ? 0 : (1.4826 * medianOf(bends)) / Math.sqrt(6);
}
