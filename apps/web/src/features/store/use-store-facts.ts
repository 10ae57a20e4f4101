'use client';
import type { StoreView } from '@silt/domain';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import {
  dataFact,
  deviceErrorsFact,
  dfFact,
  growthFact,
  inodesFact,
  metadataFact,
  resourceFact,
  type StoreFact,
  spaceFacts,
  unallocatedFact,
  wonBackFact,
} from './store-fact.ts';

/** The facts of a store, what hurts first on the left. What its kind does not have is left out. */
export function useStoreFacts(view: StoreView, promisedBytes: number | null): StoreFact[] {
  const t = useTranslations();
  const locale = useLocale();
  const format = useFormatter();
  const words = { t, locale, count: (value: number) => format.number(value) };
  const facts =
    view.store.kind === 'btrfs'
      ? [metadataFact(view, words), unallocatedFact(view, words), dataFact(view, words), dfFact(view, words)]
      : [...spaceFacts(view, words), view.store.kind === 'filesystem' ? inodesFact(view, words) : null];
  return [
    ...facts,
    resourceFact(view, 'poolData', words),
    resourceFact(view, 'poolMetadata', words),
    resourceFact(view, 'loopBacking', words),
    growthFact(view, words),
    deviceErrorsFact(view, words),
    wonBackFact(promisedBytes, words),
  ].filter((fact) => fact !== null);
}
