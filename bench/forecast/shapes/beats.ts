import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';
import type { Draw } from './draw.ts';

export interface BeatOptions {
  /** How far apart holes are, on average. */
  holeEveryDays?: number;
  longestHoleDays?: number;
}

/** From one a minute to one an hour; most are 5 … 15 minutes apart. */
function spacingSeconds(draw: Draw): number {
  const luck = draw.next();
  if (luck < 0.015) return 60;
  if (luck < 0.05) return 180;
  if (luck < 0.85) return draw.pick([300, 600, 600, 900]);
  return draw.pick([1200, 1800, 3600]);
}

/** When samples are read, whole seconds, rising: a beat with jitter, and holes of 20 minutes to a day or two. */
export function beats(draw: Draw, seconds: number, options: BeatOptions = {}): number[] {
  const spacing = spacingSeconds(draw);
  const loose = draw.pick([0.01, 0.1, 0.4]);
  const holeEvery = (options.holeEveryDays ?? draw.logBetween(4, 120)) * DAY_SECONDS;
  const longest = (options.longestHoleDays ?? 1) * DAY_SECONDS;
  const times: number[] = [];
  let hole = draw.wait(holeEvery);
  for (let beat = draw.between(0, spacing); beat < seconds; beat += spacing) {
    if (beat >= hole) {
      beat += draw.logBetween(HOUR_SECONDS / 3, longest);
      hole = beat + draw.wait(holeEvery);
    }
    const at = Math.floor(beat + draw.between(-0.5, 0.5) * loose * spacing);
    if (at > (times.at(-1) ?? -1) && at < seconds) times.push(at);
  }
  return times;
}
