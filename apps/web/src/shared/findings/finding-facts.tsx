'use client';
import { type FindingView, formatBytes } from '@silt/domain';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { hostPath, storePath } from '../format/host-path.ts';
import { FindingDay } from './finding-day.tsx';

/** Where it stands, since when, what it promises, and what it rests on. */
export function FindingFacts({ finding }: { finding: FindingView }) {
  const t = useTranslations('findings.fact');
  const state = useTranslations('findings.state');
  const common = useTranslations('common');
  const { hostId, hostName, simulated, storeKey, storeName, rule, ruleName, basis } = finding;
  const { standsSince, firstSeenAt, lastSeenAt, resolvedAt, timesReopened, promisedBytes } = finding;
  return (
    <dl className="grid gap-1">
      <Fact name={t('host')}>
        <Link href={hostPath(hostId)} className="link">
          {hostName}
        </Link>{' '}
        {simulated && <span className="tag border-dashed">{common('simulated')}</span>}
      </Fact>
      {storeKey !== null && (
        <Fact name={t('store')}>
          {storeName === null ? (
            t('noStore')
          ) : (
            <Link href={storePath(hostId, storeKey)} className="link">
              <code>{storeName}</code>
            </Link>
          )}
        </Fact>
      )}
      <Fact name={t('rule')}>
        {ruleName} <code className="text-fg-3">{rule}</code>
      </Fact>
      <Fact name={t('state')}>{state(finding.state)}</Fact>
      <Fact name={t('stands')}>
        <FindingDay at={standsSince} />
      </Fact>
      {firstSeenAt !== standsSince && (
        <Fact name={t('firstSeen')}>
          <FindingDay at={firstSeenAt} />
        </Fact>
      )}
      <Fact name={t('lastSeen')}>
        <FindingDay at={lastSeenAt} />
      </Fact>
      {timesReopened > 0 && <Fact name={t('reopened')}>{t('times', { times: timesReopened })}</Fact>}
      {resolvedAt !== null && (
        <Fact name={t('resolved')}>
          <FindingDay at={resolvedAt} />
        </Fact>
      )}
      {promisedBytes !== null && <Fact name={t('promised')}>{formatBytes(promisedBytes)}</Fact>}
      {resolvedAt !== null && promisedBytes !== null && (
        <Fact name={t('freed')}>
          <Freed bytes={finding.freedBytes} />
        </Fact>
      )}
      {basis.length > 0 && <Fact name={t('basis')}>{basis.join(', ')}</Fact>}
    </dl>
  );
}

function Freed({ bytes }: { bytes: number | null }) {
  const t = useTranslations();
  if (bytes === null) return t('common.notKnown');
  return bytes < 0 ? t('findings.fact.freedLess', { more: formatBytes(-bytes) }) : formatBytes(bytes);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[96px_minmax(0,1fr)] gap-2">
      <dt className="text-fg-3">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}
