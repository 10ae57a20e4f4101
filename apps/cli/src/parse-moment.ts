import { wrongUse } from './cli-error.ts';

const UNIT_MILLISECONDS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const RELATIVE = /^-(\d{1,9})([smhdw])$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?$/i;

/**
 * `now`; `-90m`, `-7d` (s, m, h, d, w); `2026-11-20`, `2026-11-20T03:00`, `2026-11-20T03:00:00+01:00`. Without an offset it
 * is UTC, as all that is printed. Errors: wrong use, also for a moment to come.
 */
export function parseMoment(text: string, now: Date): Date {
  const moment = read(text.trim(), now);
  if (moment === null) throw wrongUse(`“${text}” is no moment: use now, -7d, -90m, 2026-11-20 or 2026-11-20T03:00Z.`);
  if (moment.getTime() > now.getTime()) throw wrongUse(`“${text}” is still to come.`);
  return moment;
}

function read(text: string, now: Date): Date | null {
  if (text === 'now') return now;
  const relative = RELATIVE.exec(text);
  if (relative) {
    const [, count, unit = ''] = relative;
    return valid(new Date(now.getTime() - Number(count) * (UNIT_MILLISECONDS[unit] ?? Number.NaN)));
  }
  if (DATE.test(text)) return calendar(text, '00:00', 'Z');
  const [, date, time, offset] = DATE_TIME.exec(text) ?? [];
  return date === undefined || time === undefined ? null : calendar(date, time, (offset ?? 'Z').toUpperCase());
}

/** Null for what no calendar has, such as the 30th of February, which Date would move on. */
function calendar(date: string, time: string, offset: string): Date | null {
  const day = valid(new Date(`${date}T00:00Z`));
  if (day === null || day.toISOString().slice(0, date.length) !== date || time >= '24') return null;
  return valid(new Date(`${date}T${time}${offset}`));
}

const valid = (date: Date): Date | null => (Number.isNaN(date.getTime()) || date.getTime() < 0 ? null : date);
