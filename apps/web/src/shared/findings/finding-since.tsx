'use client';
import type { FindingRow } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { useMinute } from '../intl/use-minute.ts';
import { FindingDay } from './finding-day.tsx';
import { useFindingAge } from './use-finding-texts.ts';

/** Up to here it is told for how long it stands, after that since which day. */
const AGE_UNTIL_MILLISECONDS = 7 * 86_400_000;

/** `open 2 d 1 h`, `since 27 Apr`, `muted until 4 Jun`, `resolved 27 Apr`. */
export function FindingSince({ finding }: { finding: FindingRow }) {
  const t = useTranslations('findings');
  const age = useFindingAge();
  const now = useMinute();
  const { resolvedAt, mute, standsSince } = finding;
  if (resolvedAt !== null) return t.rich('resolvedAt', { time: () => <FindingDay at={resolvedAt} /> });
  if (mute !== null) {
    const { until } = mute;
    return until === null ? t('mutedOpen') : t.rich('mutedUntil', { time: () => <FindingDay at={until} /> });
  }
  return now - Date.parse(standsSince) < AGE_UNTIL_MILLISECONDS
    ? t('openFor', { age: age(standsSince) })
    : t.rich('since', { time: () => <FindingDay at={standsSince} /> });
}
