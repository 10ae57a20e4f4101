'use client';
import { useFormatter, useLocale } from 'use-intl';
import { dateTimeFormat } from '../format/formatters.ts';
import { useMinute } from '../intl/use-minute.ts';

const UTC_FORMAT = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
const SOON_MILLISECONDS = 86_400_000;

/** A day: `27 Apr`, with its year when that is another; of the last or the next 24 hours the time too. Its title is in UTC. */
export function FindingDay({ at }: { at: string }) {
  const format = useFormatter();
  const locale = useLocale();
  const now = useMinute();
  const date = new Date(at);
  const near = Math.abs(date.getTime() - now) < SOON_MILLISECONDS;
  const otherYear = date.getUTCFullYear() !== new Date(now).getUTCFullYear();
  const text = format.dateTime(date, {
    month: 'short',
    day: 'numeric',
    ...(otherYear ? { year: 'numeric' } : {}),
    ...(near ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : {}),
  });
  return (
    <time dateTime={at} title={`${dateTimeFormat(locale, UTC_FORMAT).format(date)} UTC`}>
      {text}
    </time>
  );
}
