'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { AddCollectorCard } from './add-collector-card.tsx';
import { ExpiryCard } from './expiry-card.tsx';
import { LiveHostsCard } from './live-hosts-card.tsx';
import { OpenTokensCard } from './open-tokens-card.tsx';
import { RetiredHostsCard } from './retired-hosts-card.tsx';
import { SettingsNav } from './settings-nav.tsx';

/** Who may push, how one more gets in, and how one is kept out. */
export function CollectorsPage() {
  const t = useTranslations();
  const trpc = useTRPC();
  const session = useQuery(trpc.session.current.queryOptions());
  const role = session.data?.role ?? null;
  const mayChange = role === 'owner' || role === 'admin';
  return (
    <>
      <SettingsNav current="collectors" />
      <div className="mb-4">
        <p className="mb-1 text-xs text-fg-3">{t('common.settings')}</p>
        <h1 className="text-xl font-semibold tracking-tight">{t('collectors.title')}</h1>
        {role === 'member' && <p className="mt-0.5 text-fg-2">{t('collectors.memberOnly')}</p>}
      </div>
      <div className="grid gap-4">
        {mayChange && <AddCollectorCard />}
        <LiveHostsCard mayChange={mayChange} />
        <div className="grid grid-cols-12 items-start gap-4">
          <div className="col-span-7 min-w-0 max-lg:col-span-12">
            <OpenTokensCard mayChange={mayChange} />
          </div>
          <div className="col-span-5 min-w-0 max-lg:col-span-12">
            <ExpiryCard mayChange={mayChange} />
          </div>
        </div>
        <RetiredHostsCard mayChange={mayChange} />
      </div>
    </>
  );
}
