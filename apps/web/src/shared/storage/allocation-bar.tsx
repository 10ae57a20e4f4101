'use client';
import { formatBytes, type StoreView } from '@silt/domain';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { type AllocationPart, type AllocationPartName, allocationParts } from './allocation.ts';

const LOOK: Record<AllocationPartName, { className: string; outlined?: true; hatched?: true }> = {
  dataUsed: { className: 'fill-fg-2' },
  dataEmpty: { className: 'fill-none stroke-fg-3', outlined: true },
  metadataUsed: { className: 'fill-fg-3' },
  metadataEmpty: { className: 'fill-none stroke-fg-3', outlined: true },
  system: { className: 'fill-unk' },
  unallocated: { className: 'fill-bg stroke-line-2', outlined: true },
  notExplained: { className: 'stroke-unk', outlined: true, hatched: true },
};

/** No part that there is may vanish. */
const MIN_PERCENT = 0.4;

/** How a btrfs gives out its devices: what runs out here is not what df shows. */
export function AllocationBar({ view }: { view: StoreView }) {
  const t = useTranslations('allocation');
  const hatch = useId();
  const facts = view.store.btrfs;
  if (!facts) return null;
  const allocation = allocationParts(facts, view.readings);
  if (!allocation) return <p className="text-xs text-fg-3">{t('notReadYet')}</p>;
  const { total, parts } = allocation;
  const named = parts.map((part) => `${t(part.name)} ${formatBytes(part.bytes)}`).join(', ');
  let x = 0;
  const boxes = parts.map((part) => {
    const box = { part, x, width: Math.max(MIN_PERCENT, (part.bytes / total) * 100) };
    x += box.width;
    return box;
  });
  return (
    <div>
      <svg
        className="alloc h-[18px] w-full"
        role="img"
        aria-label={t('label', { size: formatBytes(total), parts: named })}
      >
        <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1" height="4" className="fill-unk" />
        </pattern>
        {boxes.map(({ part, x: left, width }) => (
          <svg key={part.name} x={`${(left / x) * 100}%`} width={`${(width / x) * 100}%`} height="18">
            <title>{`${t(part.name)} ${formatBytes(part.bytes)}`}</title>
            <PartRect part={part} hatch={`url(#${hatch})`} />
          </svg>
        ))}
      </svg>
      <ul className="mt-2 flex flex-wrap gap-x-3.5 gap-y-1 text-xs text-fg-2">
        {parts.map((part) => (
          <li key={part.name} className="inline-flex items-center gap-1.5">
            <svg className="alloc size-2.5 overflow-visible" aria-hidden="true">
              <PartRect part={part} hatch={`url(#${hatch})`} />
            </svg>
            {t(part.name)} {formatBytes(part.bytes / part.copies)}{' '}
            {part.copies !== 1 && t('copies', { copies: Math.round(part.copies * 100) / 100 })}
          </li>
        ))}
        <li className="text-fg-3">{t('total', { size: formatBytes(total) })}</li>
      </ul>
    </div>
  );
}

function PartRect({ part, hatch }: { part: AllocationPart; hatch: string }) {
  const { className, outlined, hatched } = LOOK[part.name];
  return <rect className={`${className} ${outlined ? 'outlined' : ''}`} fill={hatched ? hatch : undefined} />;
}
