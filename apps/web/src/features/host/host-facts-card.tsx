'use client';
import type { HostView } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { Ago, LocalTime } from '../../shared/intl/moment.tsx';
import { Fact, FactList } from '../../shared/ui/fact-list.tsx';
import { useSkewText } from './use-skew-text.ts';

export function HostFactsCard({ host }: { host: HostView }) {
  const t = useTranslations();
  const skew = useSkewText(host.clockSkewMilliseconds);
  const { facts, row } = host;
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('host.about')}</h2>
      </header>
      <FactList>
        <Fact name={t('host.connection')}>{t(`connection.${row.connection}`)}</Fact>
        <Fact name={t('host.lastSeen')}>{row.lastSeenAt === null ? null : <Ago at={row.lastSeenAt} />}</Fact>
        <Fact name={t('host.firstSeen')}>
          <LocalTime at={host.firstSeenAt} />
        </Fact>
        <Fact name={t('host.booted')}>{host.bootedAt === null ? null : <LocalTime at={host.bootedAt} />}</Fact>
        <Fact name={t('host.clock')}>{skew}</Fact>
        {facts?.vendor && <Fact name={t('host.vendor')}>{facts.vendor}</Fact>}
        <Fact name={t('host.distribution')}>{facts?.distribution ?? null}</Fact>
        <Fact name={t('host.kernelName')}>{facts?.kernelRelease ?? null}</Fact>
        <Fact name={t('host.architecture')}>{facts?.architecture ?? null}</Fact>
        <Fact name={t('host.collectorName')}>{host.collectorVersion}</Fact>
      </FactList>
    </section>
  );
}
