'use client';
import { type Comparison, formatSignedBytes, type HostView, type StoreComparison } from '@silt/domain';
import { useMemo } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { safeText } from '../../shared/format/safe-text.ts';
import { type ChangeGroup, groupChanges } from './change-groups.ts';
import { hasInventories, hasReadings } from './compare-notices.tsx';
import type { Moments } from './moments.ts';
import { useDeltaText } from './range-words.ts';
import { useSpan } from './use-span.ts';

const MAX_NAME_CHARACTERS = 60;

interface CompareTitleInput {
  storeKey: string | null;
  host: HostView | undefined;
  comparison: Comparison | undefined;
  moments: Moments;
}

/** By how much the store moved; of a host, whose stores lie in each other and have no sum, over how long. */
export function useCompareTitle({ storeKey, host, comparison, moments }: CompareTitleInput): string {
  const t = useTranslations();
  const span = useSpan()(moments.a, moments.b);
  if (storeKey === null) return t('compare.hostTitle', { name: host?.row.name ?? t('common.host'), span });
  const [store] = comparison?.stores ?? [];
  if (!store) return t('compare.title');
  const { growthBytes } = store.attribution;
  if (growthBytes === null) return t('compare.unknownGrowth');
  if (growthBytes === 0) return t('compare.noGrowth', { span });
  return t('compare.grewIn', { growth: formatSignedBytes(growthBytes), span });
}

interface CompareSentenceProps {
  storeKey: string | null;
  comparison: Comparison;
}

/** What most of the growth is. */
export function CompareSentence({ storeKey, comparison }: CompareSentenceProps) {
  const t = useTranslations('compare');
  const [store] = comparison.stores;
  if (storeKey === null) return <HostSentence stores={comparison.stores} />;
  if (!store || !hasReadings(comparison)) return null;
  if (!hasInventories(comparison)) return t('onlyTotals');
  return <StoreSentence store={store} />;
}

function HostSentence({ stores }: { stores: readonly StoreComparison[] }) {
  const t = useTranslations('compare');
  const [most] = [...stores].sort((x, y) => Math.abs(growthOf(y)) - Math.abs(growthOf(x)));
  if (!most || growthOf(most) === 0) return t('hostNothing');
  return t('hostMost', {
    store: safeText(most.storeName, MAX_NAME_CHARACTERS),
    growth: formatSignedBytes(growthOf(most)),
  });
}

const growthOf = ({ attribution }: StoreComparison): number => attribution.growthBytes ?? 0;

function StoreSentence({ store: { attribution, changes } }: { store: StoreComparison }) {
  const t = useTranslations();
  const format = useFormatter();
  const deltaText = useDeltaText();
  const groups = useMemo(() => groupChanges(changes), [changes]);
  const { growthBytes, unattributed } = attribution;
  const [top] = groups;
  const percent = (share: number): string => format.number(share, { style: 'percent', maximumFractionDigits: 0 });
  const nameOf = ({ kind, changes: [first, ...rest] }: ChangeGroup): string =>
    rest.length === 0
      ? safeText(first?.item.name ?? t(`inventory.kind.${kind}`), MAX_NAME_CHARACTERS)
      : t(`compare.group.${kind}`, { count: rest.length + 1 });
  const certainOf = (range: { leastBytes: number; mostBytes: number } | null): number =>
    range === null || growthBytes === null ? 0 : growthBytes > 0 ? range.leastBytes : range.mostBytes;
  if (growthBytes === null || growthBytes === 0) return null;
  const [ofTop, ofNone] = [certainOf(top?.delta ?? null) / growthBytes, certainOf(unattributed) / growthBytes];
  if (ofNone > Math.max(ofTop, 0)) {
    return ofNone <= 1
      ? t('compare.mostUnattributed', { percent: percent(ofNone) })
      : t('compare.moreUnattributed', { delta: formatSignedBytes(certainOf(unattributed)) });
  }
  if (!top) return null;
  if (ofTop > 1) return t('compare.mostGrew', { what: nameOf(top), delta: deltaText(top.delta) });
  if (ofTop > 0) return t('compare.mostIs', { percent: percent(ofTop), what: nameOf(top) });
  return t('compare.mostAgainst', { what: nameOf(top), delta: deltaText(top.delta) });
}
