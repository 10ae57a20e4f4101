'use client';
import { useFormatter, useLocale } from 'use-intl';
import { dateTimeFormat } from '../format/formatters.ts';
import { useNow } from './intl-shell.tsx';

const UTC_FORMAT = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' } as const;

/** Longest first; seconds. */
const AGE_UNITS = [
  { unit: 'day', length: 86_400 },
  { unit: 'hour', length: 3_600 },
  { unit: 'minute', length: 60 },
] as const;

const utcText = (locale: string, at: string): string =>
  `${dateTimeFormat(locale, UTC_FORMAT).format(new Date(at))} UTC`;

/** A moment in the reader's own time zone; its title has it in UTC. */
export function LocalTime({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const format = useFormatter();
  const locale = useLocale();
  const text = format.dateTime(new Date(at), {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(seconds ? { second: '2-digit' } : {}),
  });
  return (
    <time dateTime={at} title={utcText(locale, at)}>
      {text}
    </time>
  );
}

/** "6s ago", ticking; never in the future, for a host's clock may be ahead. */
export function useAgo(): (at: string | number) => string {
  const format = useFormatter();
  const now = useNow();
  return (at) => {
    const then = Math.min(new Date(at).getTime(), now);
    return format.relativeTime(then, { now, style: 'narrow' });
  };
}

/** "3 days", ticking; from a moment until now. */
export function useAge(): (since: string) => string {
  const format = useFormatter();
  const now = useNow();
  return (since) => {
    const seconds = Math.max(0, Math.floor((now - new Date(since).getTime()) / 1_000));
    const { unit, length } = AGE_UNITS.find((one) => seconds >= one.length) ?? { unit: 'second', length: 1 };
    return format.number(Math.floor(seconds / length), { style: 'unit', unit, unitDisplay: 'long' });
  };
}

export function Ago({ at }: { at: string }) {
  const ago = useAgo();
  const locale = useLocale();
  return (
    <time dateTime={at} title={utcText(locale, at)}>
      {ago(at)}
    </time>
  );
}
