'use client';
import {
  formatBytes,
  RESOURCES,
  type ResourceFill,
  SERIES,
  type StackNode,
  type StoreView,
  stateOfFill,
} from '@silt/domain';
import Link from 'next/link';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { numberFormat } from '../../../shared/format/formatters.ts';
import { storePath } from '../../../shared/format/host-path.ts';
import { KindMark } from '../../../shared/inventory/kind-mark.tsx';
import { Meter } from '../../../shared/ui/meter.tsx';
import { StateGlyph } from '../../../shared/ui/state-mark.tsx';
import { isDouble, MAX_METERS } from './stack-layout.ts';
import { StackMark } from './stack-mark.tsx';
import type { StackPicture } from './stack-picture.ts';
import { nodeLines, nodeName, partsSize, type StackText } from './stack-words.ts';

const BORDERS = {
  critical: 'border-crit inset-ring inset-ring-crit/50',
  warning: 'border-warn inset-ring inset-ring-warn/50',
  chosen: 'border-fg-2',
  none: 'border-line-2',
} as const;

interface StackNodeBoxProps {
  node: StackNode;
  picture: StackPicture;
  nested: boolean;
}

/** One box of the picture. The pointer or the focus on it lights its path; a press keeps that. */
export function StackNodeBox({ node, picture, nested }: StackNodeBoxProps) {
  const border = BORDERS[picture.lookOf(node.id)];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only shows what the focus of the control within shows too
    <div
      onPointerEnter={() => picture.look(node.id)}
      onPointerLeave={() => picture.look(null)}
      onFocus={() => picture.look(node.id)}
      onBlur={() => picture.look(null)}
      className={`h-full overflow-hidden rounded-md border px-2.5 py-1.5 ${nested ? 'bg-panel' : 'bg-raised'} ${border}`}
    >
      <p className="flex min-w-0 items-center gap-1.5 leading-[18px]">
        {node.kind === 'store' && <StateGlyph state={picture.views.get(node.storeKey ?? '')?.state ?? 'unknown'} />}
        <NodeName node={node} picture={picture} />
        {node.kind === 'store' && (
          <span className="ml-auto flex flex-none">
            <StackMark mark={picture.marks.get(node.storeKey ?? '')} />
          </span>
        )}
        {(node.kind === 'leftovers' || node.kind === 'orphan-layers') && (
          <b className="ml-auto flex-none font-semibold">{partsSize(node.parts, picture.words)}</b>
        )}
      </p>
      {node.kind === 'store' && <StoreLines node={node} picture={picture} />}
      {node.kind === 'rest' && <Rest node={node} picture={picture} />}
      {nodeLines(node, picture.words).map((line) => (
        <p key={line} className="truncate text-xs text-fg-3" title={line}>
          {line}
        </p>
      ))}
    </div>
  );
}

const GROUP_KINDS = {
  containers: ['container'],
  leftovers: ['leftover'],
  'orphan-layers': ['orphan-layer'],
} as const;

function NodeName({ node, picture }: Omit<StackNodeBoxProps, 'nested'>) {
  const name = nodeName(node, picture.words);
  const title = node.kind === 'daemon' ? node.name : name;
  if (node.kind === 'store' && node.storeKey !== null) {
    return (
      <Link href={storePath(picture.hostId, node.storeKey)} className="link min-w-0 truncate font-medium" title={title}>
        <code>{name}</code>
      </Link>
    );
  }
  if (node.kind === 'containers' || node.kind === 'leftovers' || node.kind === 'orphan-layers') {
    const kinds = [...GROUP_KINDS[node.kind]];
    return (
      <button
        type="button"
        className="link min-w-0 truncate text-left font-medium"
        onClick={() => picture.showItems(kinds, node.storeKey)}
      >
        {name}
      </button>
    );
  }
  const kinds = node.parts.map(({ kind }) => kind);
  return (
    <button
      type="button"
      title={title}
      aria-pressed={node.kind === 'rest' ? undefined : picture.pinned === node.id}
      className={`min-w-0 truncate text-left font-medium ${node.kind === 'rest' ? 'link' : ''}`}
      onClick={() => (node.kind === 'rest' ? picture.showItems(kinds, node.storeKey) : picture.pin(node.id))}
    >
      {node.kind === 'rest' ? name : <code>{name}</code>}
    </button>
  );
}

function StoreLines({ node, picture }: Omit<StackNodeBoxProps, 'nested'>) {
  const t = useTranslations();
  const view = picture.views.get(node.storeKey ?? '');
  if (view === undefined) return null;
  const { store, fills, readings, state } = view;
  const fills3 = fills.slice(0, MAX_METERS);
  return (
    <>
      <p className="truncate text-xs text-fg-3" title={store.loop?.backingFile ?? store.device ?? undefined}>
        {storeLine(view, picture.words)}
      </p>
      {fills3.map((fill) => (
        <FillMeter key={fill.resource} fill={fill} unknown={state === 'unknown'} />
      ))}
      {fills.length === 0 && <p className="truncate text-xs text-fg-3">{t('stack.noFills')}</p>}
      {readings.unattributedBytes != null && (
        <p className="mt-1 flex items-center gap-1.5 text-2xs leading-4 text-fg-2">
          <span className="hatch size-2.5 flex-none rounded-xs border border-line-2" />
          {t('inventory.unattributed')}
          <span className="ml-auto">{formatBytes(readings.unattributedBytes)}</span>
        </p>
      )}
    </>
  );
}

function storeLine({ store }: StoreView, { t }: StackText): string {
  if (store.loop) return `${store.fileSystemType}, ${t('loopIn', { file: store.loop.backingFile })}`;
  if (store.btrfs) {
    const { data, metadata } = store.btrfs.profiles;
    return `btrfs, ${t('profiles', { data: data.join('+'), metadata: metadata.join('+') })}`;
  }
  return store.fileSystemType ?? t('thinPool');
}

function FillMeter({ fill, unknown }: { fill: ResourceFill; unknown: boolean }) {
  const t = useTranslations();
  const locale = useLocale();
  const { unit } = SERIES[RESOURCES[fill.resource].used];
  const short = (value: number): string =>
    unit === 'bytes'
      ? formatBytes(value)
      : numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
  const [part, whole] = [short(fill.used), short(fill.capacity)];
  return (
    <div className="mt-1.5">
      <p className="flex justify-between gap-2 text-2xs whitespace-nowrap text-fg-2">
        <span className="truncate">{t(`resource.${fill.resource}`)}</span>
        <span>{t('stack.fill', { part, whole })}</span>
      </p>
      <span className="mt-px flex">
        <Meter fill={fill.fill} state={unknown ? 'unknown' : stateOfFill(fill.fill)} />
      </span>
    </div>
  );
}

function Rest({ node, picture }: Omit<StackNodeBoxProps, 'nested'>) {
  const t = useTranslations('inventory.kind');
  const format = useFormatter();
  return (
    <ul className={`grid gap-x-5 text-xs ${isDouble(node.parts.length) ? 'grid-cols-2' : ''}`}>
      {node.parts.map((part) => (
        <li key={part.kind} className="flex h-[22px] items-center gap-2">
          <span className="min-w-0 flex-1 truncate" title={t(part.kind)}>
            <KindMark kind={part.kind} />
          </span>
          <span className="text-fg-3">{format.number(part.items)}</span>
          <span className="min-w-14 text-right whitespace-nowrap">{partsSize([part], picture.words)}</span>
        </li>
      ))}
    </ul>
  );
}
