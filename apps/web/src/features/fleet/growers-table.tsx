'use client';
import { type Grower, RESOURCES, type ResourceName } from '@silt/domain';
import Link from 'next/link';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { hostPath, storePath } from '../../shared/format/host-path.ts';
import { formatQuantity, formatSignedQuantity } from '../../shared/format/quantity.ts';
import { safeText } from '../../shared/format/safe-text.ts';
import { useMinute } from '../../shared/intl/use-minute.ts';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { comparePath } from './compare-path.ts';

const MAX_NAME_CHARACTERS = 60;

interface GrowersTableProps {
  /** The first grew most. */
  growers: readonly Grower[];
  /** They are of the range before. */
  paler: boolean;
}

export function GrowersTable({ growers, paler }: GrowersTableProps) {
  const t = useTranslations('fleet.growers');
  const most = growers[0]?.growth ?? 0;
  return (
    <ScrollRegion label={t('title')}>
      <table className="w-full border-collapse aria-busy:opacity-60" aria-label={t('title')} aria-busy={paler}>
        <thead>
          <tr>
            <th className="head-cell">{t('columns.host')}</th>
            <th className="head-cell max-md:hidden">{t('columns.store')}</th>
            <th className="head-cell text-right">{t('columns.growth')}</th>
            <td className="head-cell" />
            <th className="head-cell text-right">{t('columns.fromTo')}</th>
            <th className="head-cell text-right">{t('columns.between')}</th>
            <td className="head-cell" />
          </tr>
        </thead>
        <tbody className="[&>tr:last-child>td]:border-b-0">
          {growers.map((grower) => (
            <GrowerRow key={`${grower.hostId} ${grower.storeKey} ${grower.series}`} grower={grower} most={most} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function GrowerRow({ grower, most }: { grower: Grower; most: number }) {
  const t = useTranslations();
  const locale = useLocale();
  const format = useFormatter();
  const now = useMinute();
  const { hostId, hostName, storeKey, storeName, series, unit, growth, from, to } = grower;
  const resource = (Object.keys(RESOURCES) as ResourceName[]).find((name) => RESOURCES[name].used === series);
  const day = (iso: string): string =>
    format.dateTime(new Date(iso), { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const name = safeText(storeName, MAX_NAME_CHARACTERS);
  const store = (
    <>
      <Link href={storePath(hostId, storeKey)} prefetch={false} className="inline-block leading-6 hover:underline">
        <code className="text-[12px]">{name}</code>
      </Link>{' '}
      {resource && <span className="text-xs text-fg-3">{t(`resource.${resource}`)}</span>}
    </>
  );
  return (
    <tr className="hover:bg-hover">
      <td className="body-cell">
        <Link href={hostPath(hostId)} prefetch={false} className="inline-block leading-6 font-medium hover:underline">
          {hostName}
        </Link>
        <span className="block md:hidden">{store}</span>
      </td>
      <td className="body-cell max-md:hidden">{store}</td>
      <td className="body-cell text-right font-medium">{formatSignedQuantity(growth, unit, locale)}</td>
      <td className="body-cell w-[22%] min-w-24">
        <svg aria-hidden="true" className="block h-2 w-full">
          <rect width={`${most > 0 ? (growth / most) * 100 : 0}%`} height="8" rx="1" className="fill-fg-3" />
        </svg>
      </td>
      <td className="body-cell text-right text-fg-2">
        {t('fleet.growers.fromTo', {
          from: formatQuantity(from.value, unit, locale),
          to: formatQuantity(to.value, unit, locale),
        })}
      </td>
      <td className="body-cell text-right text-fg-2">
        {from.day === to.day ? day(to.day) : t('fleet.growers.between', { from: day(from.day), to: day(to.day) })}
      </td>
      <td className="body-cell text-right">
        <Link
          href={comparePath(grower, now)}
          prefetch={false}
          className="btn btn-small font-normal"
          aria-label={t('fleet.growers.compareLabel', { host: hostName, store: name })}
        >
          {t('fleet.growers.compare')}
        </Link>
      </td>
    </tr>
  );
}
