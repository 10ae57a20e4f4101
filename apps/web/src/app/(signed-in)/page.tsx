import { groupsInput, pageInput } from '../../features/fleet/fleet-inputs.ts';
import { FleetPage } from '../../features/fleet/fleet-page.tsx';
import { readFleetQuery } from '../../features/fleet/fleet-query.ts';
import { growersInput } from '../../features/fleet/growers-input.ts';
import { worstFindingsInput } from '../../features/fleet/worst-findings-input.ts';
import { readPreferences } from '../../server/preferences.ts';
import { Prefetch } from '../../server/prefetch.tsx';
import { serverTranslator } from '../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('fleet.title') };
}

export default async function Page({ searchParams }: PageProps<'/'>) {
  const [parameters, { locale }] = await Promise.all([searchParams, readPreferences()]);
  const entries = Object.entries(parameters).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const query = readFleetQuery(new URLSearchParams(entries));
  return (
    <Prefetch
      reads={(queries, { findings, fleet }) => {
        const worst = queries.prefetchQuery(findings.list.queryOptions(worstFindingsInput(locale)));
        if (query.tab === 'growers')
          return [worst, queries.prefetchQuery(fleet.growers.queryOptions(growersInput(query.growerRange)))];
        const first = query.groupByTag ? groupsInput(query) : pageInput(query, { tag: null, page: 0 });
        return [worst, queries.prefetchQuery(fleet.page.queryOptions(first))];
      }}
    >
      <FleetPage />
    </Prefetch>
  );
}
