import { formatBytes, type HostEvent, type HostEventDetails, MAX_SKEW_MILLISECONDS } from '@silt/domain';
import type { useTranslations } from 'use-intl';
import { type GapWords, gapText, type RangeText } from '../../shared/events/gap-text.ts';
import { safeText } from '../../shared/format/safe-text.ts';
import type { Locale } from '../../shared/intl/locale.ts';

export interface EventWords {
  t: ReturnType<typeof useTranslations<'events'>>;
  gap: GapWords;
  rangeText: RangeText;
  locale: Locale;
  /** How far a clock is off, in words. */
  skewText(milliseconds: number): string;
}

const REFUSALS = ['key-revoked', 'host-retired', 'bad-key', 'wrong-server'] as const;
const SNAPSHOT_REFUSALS = [
  'unknown-layout',
  'readings-mismatch',
  'too-old',
  'not-storable',
  'inventory-incomplete',
  'conflict',
] as const;

/** What happened, as one plain sentence with its numbers. */
export function eventSentence(event: HostEvent, { t, gap, rangeText, skewText, locale }: EventWords): string {
  switch (event.kind) {
    case 'enrolled':
      return t(event.detail.again ? 'enrolledAgain' : 'enrolled', { version: event.detail.collectorVersion });
    case 'key-rotated':
      return t('keyRotated');
    case 'key-revoked':
      return t('keyRevoked');
    case 'retired':
      return retired(event.detail, t);
    case 'clone-refused':
      return t('cloneRefused', { ...fromAddress(event.detail.address), count: event.detail.count });
    case 'sequence-conflict':
      return t('sequenceConflict', { ...event.detail });
    case 'collector-refused':
      return t('collectorRefused', {
        why: refusal(event.detail.code, t),
        ...fromAddress(event.detail.address),
        count: event.detail.count,
      });
    case 'gap':
      return lost(event.detail, gap, rangeText);
    case 'snapshot-refused':
      return t('snapshotRefused', { ...event.detail, why: snapshotRefusal(event.detail.code, t) });
    case 'clock-skew':
      return clock(event.detail.milliseconds, t, skewText);
    case 'unpartitioned':
      return t('unpartitioned', { rows: event.detail.rows });
    case 'survey-refused':
      return t('surveyRefused', event.detail);
    case 'finding':
      return finding(event.detail, t, locale);
    case 'inventory-stale':
      return t('inventoryStale', { when: rangeText(event.detail.lastReadAt, event.at) });
  }
}

type Words = EventWords['t'];

const MAX_TITLE_CHARACTERS = 240;

function finding({ change, title, promisedBytes, freedBytes }: HostEventDetails['finding'], t: Words, locale: Locale) {
  const name = safeText(title[locale], MAX_TITLE_CHARACTERS);
  if (change !== 'resolved' || promisedBytes === null || freedBytes === null || freedBytes < 0)
    return t(`finding.${change}`, { name });
  return t('finding.freed', { name, promised: formatBytes(promisedBytes), freed: formatBytes(freedBytes) });
}

const fromAddress = (address: string | null) => ({ known: address === null ? 'no' : 'yes', address: address ?? '' });

function retired({ tag, silentHours }: HostEventDetails['retired'], t: Words): string {
  return tag === null || silentHours === null ? t('retired') : t('retiredByTag', { tag, hours: silentHours });
}

function lost(detail: HostEventDetails['gap'], gap: GapWords, rangeText: RangeText): string {
  const { from, to, reason, firstTakenAt, lastTakenAt } = detail;
  const [start, end] = [firstTakenAt ?? lastTakenAt, lastTakenAt ?? firstTakenAt];
  return gapText({ from: start, to: end, records: to - from + 1, reason }, gap, rangeText);
}

function clock(milliseconds: number, t: Words, skewText: EventWords['skewText']): string {
  const right = Math.abs(milliseconds) <= MAX_SKEW_MILLISECONDS;
  return right ? t('clockRight') : t('clockSkew', { skew: skewText(milliseconds) });
}

function refusal(code: string, t: Words): string {
  const known = REFUSALS.find((one) => one === code);
  return known ? t(`refusal.${known}`) : t('refusal.other', { code });
}

function snapshotRefusal(code: string, t: Words): string {
  const known = SNAPSHOT_REFUSALS.find((one) => one === code);
  return known ? t(`snapshotRefusal.${known}`) : t('snapshotRefusal.other', { code });
}
