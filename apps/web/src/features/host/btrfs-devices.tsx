'use client';
import { type BtrfsDevice, formatBytes } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';

/** The devices of a btrfs with what went wrong on each. Errors not read are no errors of zero. */
export function BtrfsDevices({ devices }: { devices: readonly BtrfsDevice[] }) {
  const t = useTranslations();
  return (
    <ScrollRegion label={t('host.devices')}>
      <table className="w-full max-w-[640px] border-collapse text-xs">
        <thead>
          <tr className="text-left text-fg-3">
            <th className="py-1 pr-3 font-medium">{t('host.device')}</th>
            <th className="py-1 pr-3 text-right font-medium">{t('host.size')}</th>
            <th className="py-1 font-medium">{t('host.errors')}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <tr key={device.id} className="border-t border-line">
              <td className="py-1 pr-3 whitespace-nowrap">
                {device.path === null ? t('common.notRead') : <code>{device.path}</code>}
                {device.missing && (
                  <span className="ml-2 inline-flex items-center gap-1 align-middle">
                    <StateGlyph state="critical" />
                    {t('host.deviceMissing')}
                  </span>
                )}
              </td>
              <td className="py-1 pr-3 text-right whitespace-nowrap">
                {device.sizeBytes === null ? t('common.notRead') : formatBytes(device.sizeBytes)}
              </td>
              <td className="py-1">
                <DeviceErrors errors={device.errors} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function DeviceErrors({ errors }: { errors: BtrfsDevice['errors'] }) {
  const t = useTranslations();
  if (errors === null) return <span className="text-fg-3">{t('common.notRead')}</span>;
  const sum = errors.write + errors.read + errors.flush + errors.corruption + errors.generation;
  if (sum === 0) return <span className="text-fg-2">{t('host.noErrors')}</span>;
  return (
    <span className="inline-flex items-center gap-1.5">
      <StateGlyph state="warning" />
      {t('host.errorCounts', { ...errors })}
    </span>
  );
}
