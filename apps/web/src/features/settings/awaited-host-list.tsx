'use client';
import type { AwaitedHosts } from '@silt/domain';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { hostPath } from '../../shared/format/host-path.ts';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { ChangeProblem } from './change-problem.tsx';

/** Changes come by themselves; this is for a stream that was lost, and for the hour that runs out. */
const READ_AGAIN_MILLISECONDS = 5_000;

/** What becomes of a token while one watches. */
export function AwaitedHostList({ tokenId }: { tokenId: string }) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const awaited = useQuery({
    ...trpc.collectors.awaited.queryOptions({ tokenId }),
    refetchInterval: READ_AGAIN_MILLISECONDS,
  });
  const { data } = awaited;
  if (!data)
    return awaited.error ? <ChangeProblem error={awaited.error} /> : <p className="text-fg-2">{t('waiting')}</p>;
  return (
    <div role="status" className="grid gap-1.5">
      {data.usesAllowed > 1 && (
        <p className="text-fg-2">{t('usesSoFar', { uses: data.uses, allowed: data.usesAllowed })}</p>
      )}
      <ul className="grid gap-1.5">
        {data.hosts.map((host) => (
          <AwaitedHost key={host.hostId} host={host} />
        ))}
      </ul>
      {data.state === 'open' && (
        <p className="flex items-center gap-2 text-fg-2">
          <StateGlyph state="unknown" />
          {data.hosts.length === 0 ? t('waiting') : t('waitingForMore', { count: data.usesAllowed - data.uses })}
        </p>
      )}
      {(data.state === 'expired' || data.state === 'withdrawn') && (
        <p className="flex items-center gap-2">
          <StateGlyph state="warning" />
          {t(`ended.${data.state}`)}
        </p>
      )}
    </div>
  );
}

function AwaitedHost({ host }: { host: AwaitedHosts['hosts'][number] }) {
  const t = useTranslations('collectors');
  const connected = host.connection === 'connected';
  return (
    <li className="flex items-center gap-2">
      <StateGlyph state={connected ? 'ok' : 'unknown'} />
      <span>
        {t.rich(connected ? 'isConnected' : host.connection === 'never' ? 'isEnrolled' : 'isAway', {
          name: host.name,
          host: (name) => (
            <Link className="link font-medium" href={hostPath(host.hostId)}>
              {name}
            </Link>
          ),
        })}
      </span>
    </li>
  );
}
