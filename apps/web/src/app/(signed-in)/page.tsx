import { groupsInput, pageInput } from '../../features/fleet/fleet-inputs.ts';
import { FleetPage } from '../../features/fleet/fleet-page.tsx';
import { readFleetQuery } from '../../features/fleet/fleet-query.ts';
import { growersInput } from '../../features/fleet/growers-input.ts';
import { Prefetch } from '../../server/prefetch.tsx';
import { serverTranslator } from '../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('fleet.title') };
}

export default async function Page({ searchParams }: PageProps<'/'>) {
  const entries = Object.entries(await searchParams).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const query = readFleetQuery(new URLSearchParams(entries));
  return (
    <Prefetch
      reads={(queries, { fleet }) => {
        if (query.tab === 'growers')
          return [queries.prefetchQuery(fleet.growers.queryOptions(growersInput(query.growerRange)))];
        const first = query.groupByTag ? groupsInput(query) : pageInput(query, { tag: null, page: 0 });
        return [queries.prefetchQuery(fleet.page.queryOptions(first))];
      }}
    >
      <FleetPage />
    </Prefetch>
  );
}
