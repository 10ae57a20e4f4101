import type { SeriesName, Snapshot } from '@silt/domain';
import {
  type AskedRules,
  askRules,
  type Finding,
  type FindingInput,
  type Look,
  type Rule,
} from '@silt/domain/findings';
import { keepable, type Promises } from './judge-evidence.ts';

/** What rules said of a host, as it can be kept. */
export type Told = AskedRules<Finding>;

/** Asks rules of a host; what each finding promises is added to `promises`. */
export function askHost(
  input: FindingInput,
  { rules, promises }: { rules: readonly Rule[]; promises: Promises },
): Told {
  return askRules(input, rules, (finding, rule) => {
    const kept = keepable(finding);
    promises.set(kept.evidence, rule.promise?.(kept.evidence) ?? null);
    return kept;
  });
}

export interface LookParts extends Pick<Look, 'now' | 'readingOf'> {
  promises: Promises;
  /** Ids of rules that there are no more, of which nothing is found. */
  gone: readonly string[];
}

/** One look at a host, as kept findings are advanced by. */
export function lookOfAsked(
  { answered, findings, cannotTell }: Told,
  { now, readingOf, promises, gone }: LookParts,
): Look {
  return {
    ...{ now, findings, cannotTell, rules: new Set([...answered, ...gone]), readingOf },
    promiseOf: ({ evidence }) => promises.get(evidence) ?? null,
  };
}

/** Readings of a beat; null = not read. */
export function readingsOf({ layout: { entries }, readings }: Snapshot): Look['readingOf'] {
  const values = new Map(
    entries.map(({ storeKey, series }, place) => [`${series} ${storeKey}`, readings[place] ?? null] as const),
  );
  return (storeKey: string, series: SeriesName) => values.get(`${series} ${storeKey}`) ?? null;
}
