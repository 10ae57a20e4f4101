'use client';
import { useFormatter } from 'use-intl';

const FORMAT = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
} as const;

/** A moment as text, in the reader's time zone and with its name; the year where it is not this one. */
export function useZonedText(): (at: string | number) => string {
  const format = useFormatter();
  return (at) => {
    const date = new Date(at);
    const thisYear = date.getFullYear() === new Date().getFullYear();
    return format.dateTime(date, thisYear ? FORMAT : { ...FORMAT, year: 'numeric' });
  };
}

export function ZonedMoment({ at }: { at: string }) {
  const text = useZonedText();
  return (
    <time dateTime={at} title={at}>
      {text(at)}
    </time>
  );
}
