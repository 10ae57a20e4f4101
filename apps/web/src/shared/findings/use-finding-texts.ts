'use client';
import { type FindingRow, formatBytes } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { daysText } from '../format/days-text.ts';
import { safeText } from '../format/safe-text.ts';
import { useAgo } from '../intl/moment.tsx';
import { useDuration } from '../intl/use-duration.ts';
import { useMinute } from '../intl/use-minute.ts';

/** Less is not told apart. */
const MINUTE_MILLISECONDS = 60_000;
const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;
const MAX_REASON_CHARACTERS = 120;

/** `12 min`, `5 h`, `2 d 1 h`, `3 weeks`; from a moment until now. */
export function useFindingAge(): (since: string) => string {
  const t = useTranslations('forecast');
  const duration = useDuration();
  const now = useMinute();
  return (since) => {
    const age = Math.max(MINUTE_MILLISECONDS, now - Date.parse(since));
    return age < HOUR_MILLISECONDS ? duration(age) : daysText(age / DAY_MILLISECONDS, t);
  };
}

/** Bytes that came back beside what was promised, in words; null = nothing was promised, or it is not resolved. */
export function useFreedText(): (finding: FindingRow) => string | null {
  const t = useTranslations('findings.note');
  return ({ resolvedAt, promisedBytes, freedBytes }) => {
    if (resolvedAt === null || promisedBytes === null) return null;
    const promised = formatBytes(promisedBytes);
    if (freedBytes === null) return t('freedUnknown', { promised });
    if (freedBytes < 0) return t('freedLess', { promised, more: formatBytes(-freedBytes) });
    return freedBytes === 0 ? t('freedNone', { promised }) : t('freed', { promised, freed: formatBytes(freedBytes) });
  };
}

export interface FindingNote {
  name: 'new' | 'reopened' | 'muted' | 'missed' | 'blind' | 'stale' | 'promised' | 'freed';
  text: string;
}

/** What is to be known of how it stands, in small words; none where all is as usual. */
export function useFindingNotes(): (finding: FindingRow) => FindingNote[] {
  const t = useTranslations('findings');
  const age = useFindingAge();
  const ago = useAgo();
  const freed = useFreedText();
  return (finding) => {
    const { state, mute, missedSince, blind, connection, lastSeenAt, promisedBytes, timesReopened } = finding;
    const notes: FindingNote[] = [];
    const add = (name: FindingNote['name'], text: string): void => void notes.push({ name, text });
    const stands = state !== 'resolved';
    if (state === 'new') add('new', t('note.new'));
    if (timesReopened > 0) add('reopened', t('note.reopened', { times: timesReopened }));
    if (mute !== null) add('muted', t('note.muted', { reason: safeText(mute.reason, MAX_REASON_CHARACTERS) }));
    if (stands && missedSince !== null) add('missed', t('note.missed', { age: age(missedSince) }));
    if (stands && blind !== null)
      add('blind', t('note.blind', { age: age(blind.since), missing: t(`missing.${blind.missing}`) }));
    if (stands && connection !== 'connected') add('stale', t('note.stale', { ago: ago(lastSeenAt) }));
    if (stands && promisedBytes !== null && promisedBytes > 0)
      add('promised', t('note.promised', { bytes: formatBytes(promisedBytes) }));
    const came = freed(finding);
    if (came !== null) add('freed', came);
    return notes;
  };
}
