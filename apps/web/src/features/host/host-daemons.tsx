'use client';
import type { Daemon, ProbeReport } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { shortId } from '../../shared/format/short-id.ts';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';

interface HostDaemonsProps {
  daemons: readonly Daemon[];
  probes: readonly ProbeReport[];
}

export function HostDaemons({ daemons, probes }: HostDaemonsProps) {
  const t = useTranslations();
  const probe = probes.find(({ probe: name }) => name === 'docker');
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('host.daemons')}</h2>
      </header>
      {daemons.length === 0 ? (
        <p className="card-body text-fg-2">
          {probe && probe.status !== 'ok' ? t('common.notRead') : t('host.noDaemons')}
          {probe?.reason && <span className="text-fg-3"> · {probe.reason}</span>}
        </p>
      ) : (
        <ScrollRegion label={t('host.daemons')}>
          <table className="w-full border-collapse">
            <thead>
              <tr>
                <th className="head-cell">{t('host.socket')}</th>
                <th className="head-cell">{t('host.version')}</th>
                <th className="head-cell">{t('host.driver')}</th>
                <th className="head-cell">{t('host.dataRoot')}</th>
                <th className="head-cell">{t('host.liveRestore')}</th>
              </tr>
            </thead>
            <tbody className="[&>tr:last-child>td]:border-b-0">
              {daemons.map((daemon) => (
                <tr key={daemon.key}>
                  <td className="body-cell py-1.5">
                    <code>{daemon.socket}</code>
                    {daemon.containerId && (
                      <span className="block text-xs text-fg-3">
                        {t('host.inContainer', { id: shortId(daemon.containerId) })}
                      </span>
                    )}
                  </td>
                  <td className="body-cell">{daemon.version}</td>
                  <td className="body-cell">
                    <span className="tag">{daemon.storageDriver}</span>
                  </td>
                  <td className="body-cell">
                    <code>{daemon.dataRoot}</code>
                  </td>
                  <td className="body-cell">
                    {daemon.liveRestore === null && <span className="text-fg-3">{t('common.notRead')}</span>}
                    {daemon.liveRestore !== null && (daemon.liveRestore ? t('host.on') : t('host.off'))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </section>
  );
}
