import { MAX_COLUMNS, wrap } from './columns.ts';
import type { HostView } from './host-view.ts';
import { shortName } from './shorten.ts';

const MINUTE_MILLISECONDS = 60_000;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const MAX_FACT_CHARACTERS = 60;

/** Who the host is, and when it was read. */
export function headerLines({ facts, snapshot, paint }: HostView): string[] {
  const { takenAt, uptimeMilliseconds } = snapshot;
  const read = `Read ${takenAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}, up ${durationWords(uptimeMilliseconds)}`;
  if (facts === null) return ['The host’s name and system were not read.', read];
  const { name, distribution, kernelRelease, architecture, vendor } = facts;
  const known = [distribution, `Linux ${kernelRelease}`, architecture, vendor]
    .filter((one) => one != null)
    .map((one) => shortName(one, MAX_FACT_CHARACTERS));
  return [...wrap([paint('strong', shortName(name, MAX_FACT_CHARACTERS)), ...known], ' · ', MAX_COLUMNS), read];
}

/** `4 min`, `2 h 5 min`, `3 d 4 h`. */
function durationWords(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / MINUTE_MILLISECONDS);
  const hours = Math.floor(minutes / HOUR_MINUTES);
  const days = Math.floor(hours / DAY_HOURS);
  if (days > 0) return `${days} d ${hours % DAY_HOURS} h`;
  return hours > 0 ? `${hours} h ${minutes % HOUR_MINUTES} min` : `${minutes} min`;
}
