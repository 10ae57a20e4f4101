'use client';
import { type Connection, currentForecast, type Store, type StoreView } from '@silt/domain';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { storePath } from '../../shared/format/host-path.ts';
import { formatFill, formatSignedQuantity } from '../../shared/format/quantity.ts';
import { AllocationBar } from '../../shared/storage/allocation-bar.tsx';
import type { StoreNode } from '../../shared/storage/store-tree.ts';
import { StateMark } from '../../shared/ui/state-mark.tsx';
import { FillLine } from './fill-line.tsx';
import { ForecastLine } from './forecast-line.tsx';

/** Not loaded where no store is a btrfs. */
const BtrfsDevices = dynamic(() => import('./btrfs-devices.tsx').then((module) => module.BtrfsDevices));

/** Mount points named before the rest is counted. */
const MAX_NAMED_PATHS = 3;

const code = (name: ReactNode): ReactNode => <code className="break-all">{name}</code>;

interface StoreItemProps {
  hostId: string;
  node: StoreNode;
  /** Whether and when what is shown was read, ISO 8601. */
  read: { connection: Connection; readAt: string | null };
  /** The page shows a moment that is past. */
  past: boolean;
}

export function StoreItem({ hostId, node, read, past }: StoreItemProps) {
  const t = useTranslations();
  const { view, inside } = node;
  const { store } = view;
  return (
    <article className="grid gap-2.5 px-4 py-3 max-md:px-3">
      <StoreTitle hostId={hostId} view={view} />
      {(view.forecast !== null || view.fills.length > 0) && (
        <ForecastLine forecast={view.forecast} current={currentForecast(view.forecast, read) !== null} past={past} />
      )}
      {store.loop && <LoopLine loop={store.loop} />}
      {view.fills.length === 0 ? (
        <p className="text-fg-3">{t('host.noResource')}</p>
      ) : (
        <ul className="grid gap-x-6 gap-y-1.5 md:grid-cols-2">
          {view.fills.map((fill) => (
            <FillLine key={fill.resource} fill={fill} unknown={view.state === 'unknown'} />
          ))}
        </ul>
      )}
      {store.btrfs && <AllocationBar view={view} />}
      {store.btrfs && <BtrfsDevices devices={store.btrfs.devices} />}
      <OtherMounts paths={store.mountPoints.slice(1)} />
      {inside.length > 0 && (
        <ul className="grid gap-2">
          {inside.map((child) => (
            <li key={child.view.store.key} className="rounded-md border border-line-2 bg-raised">
              <StoreItem hostId={hostId} node={child} read={read} past={past} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function StoreTitle({ hostId, view }: { hostId: string; view: StoreView }) {
  const t = useTranslations();
  const locale = useLocale();
  const { store, growth, fills, state } = view;
  const [worst] = fills;
  return (
    <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <StateMark state={state} />
      <h3 className="min-w-0 font-medium break-all">
        <Link className="link" href={storePath(hostId, store.key)}>
          <code>{store.name}</code>
        </Link>
      </h3>
      <span className="tag">{store.fileSystemType ?? store.kind}</span>
      {store.readOnly && <span className="tag">{t('host.readOnly')}</span>}
      <span className="text-xs text-fg-3">
        {store.device === null ? t('host.deviceNotRead') : t.rich('host.onDevice', { device: store.device, code })}
      </span>
      <span className="ml-auto text-xs text-fg-2">
        {worst && `${formatFill(worst.fill, locale)} ${t(`resource.${worst.resource}`)}`}
        {growth && `, ${t('fleet.aDay', { growth: formatSignedQuantity(growth.perDay, growth.unit, locale) })}`}
      </span>
    </div>
  );
}

function LoopLine({ loop }: { loop: NonNullable<Store['loop']> }) {
  const t = useTranslations('host');
  return (
    <p className="text-xs text-fg-2">
      {t.rich('loopFile', {
        file: loop.backingFile,
        device: loop.device,
        code,
      })}
      {loop.deleted && ` (${t('loopDeleted')})`}
      {loop.outerStoreKey === null && ` ${t('loopOutside')}`}
    </p>
  );
}

function OtherMounts({ paths }: { paths: readonly string[] }) {
  const t = useTranslations('host');
  if (paths.length === 0) return null;
  const named = paths.slice(0, MAX_NAMED_PATHS);
  const more = paths.length - named.length;
  return (
    <p className="text-xs text-fg-3" title={paths.join('\n')}>
      {t.rich('mountedAt', { paths: named.join(', '), code })}
      {more > 0 && `, ${t('morePaths', { count: more })}`}
    </p>
  );
}
