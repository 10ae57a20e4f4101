import { BASELINES } from './baselines/index.ts';
import type { Detector } from './detector.ts';
import { siltDetector } from './silt-detector.ts';

export const DETECTORS: readonly Detector[] = [siltDetector, ...BASELINES];
export const DETECTOR_NAMES = DETECTORS.map(({ name }) => name);
/** Its CRPS is what others are compared to, so it is always replayed. */
export const REFERENCE = 'theil-sen-7d';

/** Names are those of `DETECTOR_NAMES`. */
export const detectorsNamed = (names: readonly string[]): Detector[] =>
  DETECTORS.filter(({ name }) => names.includes(name));
