'use client';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { Tabs } from '../../shared/ui/tabs.tsx';
import { FLEET_TABS } from './fleet-query.ts';
import { HostList } from './host-list.tsx';
import { useFleetQuery } from './use-fleet-query.ts';

/** Not loaded where the hosts are shown. */
const Growers = dynamic(() => import('./growers.tsx').then((module) => module.Growers));
/** What it is made of is loaded apart; its words come with the page. */
const WorstFindings = dynamic(() => import('./worst-findings.tsx').then((module) => module.WorstFindings));

export function FleetPage() {
  const t = useTranslations('fleet');
  const [query, change] = useFleetQuery();
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
      <WorstFindings />
      <Tabs
        label={t('tabs.label')}
        names={FLEET_TABS}
        chosen={query.tab}
        change={(tab) => change({ tab })}
        title={(tab) => t(`tabs.${tab}`)}
      >
        {query.tab === 'growers' ? (
          <Growers range={query.growerRange} change={(growerRange) => change({ growerRange })} />
        ) : (
          <HostList query={query} change={change} />
        )}
      </Tabs>
    </>
  );
}
