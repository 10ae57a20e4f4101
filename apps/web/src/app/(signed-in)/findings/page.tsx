import { ALL_RULES } from '@silt/domain/findings';
import { groupsInput, HOSTS_INPUT, summaryInput } from '../../../features/findings/findings-inputs.ts';
import { FindingsPage } from '../../../features/findings/findings-page.tsx';
import { readFindingsQuery } from '../../../features/findings/findings-query.ts';
import { readPreferences } from '../../../server/preferences.ts';
import { Prefetch } from '../../../server/prefetch.tsx';
import { serverTranslator } from '../../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('findings.title') };
}

export default async function Page({ searchParams }: PageProps<'/findings'>) {
  const [parameters, { locale }] = await Promise.all([searchParams, readPreferences()]);
  const entries = Object.entries(parameters).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const query = readFindingsQuery(new URLSearchParams(entries));
  return (
    <Prefetch
      reads={(queries, { findings, fleet }) => [
        queries.prefetchQuery(findings.groups.queryOptions(groupsInput(query, locale, 0))),
        queries.prefetchQuery(findings.groups.queryOptions(summaryInput(locale))),
        queries.prefetchQuery(fleet.page.queryOptions(HOSTS_INPUT)),
      ]}
    >
      <FindingsPage rules={ALL_RULES.size} />
    </Prefetch>
  );
}
