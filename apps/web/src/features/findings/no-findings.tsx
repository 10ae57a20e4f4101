'use client';
import type { FindingListName } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { type FindingsPageQuery, isFiltered, NO_FILTER, type QueryChange } from './findings-query.ts';
import { useHosts } from './use-hosts.ts';

interface NoFindingsProps {
  query: FindingsPageQuery;
  /** Rules there are. */
  rules: number;
  change(next: QueryChange): void;
}

/** Why a list is empty: nothing was found, nothing matches, or nobody looked yet. */
export function NoFindings({ query, rules, change }: NoFindingsProps) {
  const t = useTranslations('findings');
  const hosts = useHosts();
  const filtered = isFiltered(query);
  // All of them are judged alike: one that was not judged tells that Silt has only begun.
  const asked = query.hostId ?? (filtered ? null : (hosts?.firstId ?? null));
  return (
    <section className="card">
      <div className="grid max-w-[72ch] justify-items-start gap-3 px-6 py-8 max-md:px-3">
        {filtered ? (
          <>
            <p>{t('noMatch')}</p>
            <button type="button" className="btn btn-small" onClick={() => change(NO_FILTER)}>
              {t('clearFilter')}
            </button>
          </>
        ) : (
          hosts && <Nothing list={query.list} hosts={hosts.total} rules={rules} />
        )}
        {asked !== null && query.list === 'standing' && <NotJudged hostId={asked} />}
      </div>
    </section>
  );
}

function Nothing({ list, hosts, rules }: { list: FindingListName; hosts: number; rules: number }) {
  const t = useTranslations('findings');
  if (hosts === 0) return <p className="text-fg-2">{t('noHosts')}</p>;
  return (
    <div>
      <h2 className="text-lg font-semibold">{t(`nothingTitle.${list}`, { hosts })}</h2>
      <p className="text-fg-2">{t(`nothingText.${list}`, { rules })}</p>
    </div>
  );
}

/** Nothing where the host was judged, with its whole inventory. */
function NotJudged({ hostId }: { hostId: string }) {
  const t = useTranslations('findings.notJudged');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.findings.blindness.queryOptions({ hostId, language: useLocale() }));
  if (!data || (data.judgedAt !== null && data.surveyedAt !== null)) return null;
  return <p className="text-fg-2">{t(data.judgedAt === null ? 'host' : 'never')}</p>;
}
