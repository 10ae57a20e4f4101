'use client';
import { useFormatter, useLocale } from 'use-intl';
import { useNow } from './intl-shell.tsx';

const UTC_FORMAT = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' } as const;

const utcText = (locale: string, at: string): string =>
  `${new Intl.DateTimeFormat(locale, UTC_FORMAT).format(new Date(at))} UTC`;

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

export function Ago({ at }: { at: string }) {
  const ago = useAgo();
  const locale = useLocale();
  return (
    <time dateTime={at} title={utcText(locale, at)}>
      {ago(at)}
    </time>
  );
}
