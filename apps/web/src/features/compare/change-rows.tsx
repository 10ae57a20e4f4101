'use client';
import { formatBytes, type ItemChange } from '@silt/domain';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { rangeText } from '../../shared/inventory/held-size.tsx';
import { ItemName } from '../../shared/inventory/item-name.tsx';
import { KindMark } from '../../shared/inventory/kind-mark.tsx';
import { OwnerChain } from '../../shared/inventory/owner-chain.tsx';
import { CHANGE_GLYPHS } from './change-glyphs.ts';
import type { ChangeGroup } from './change-groups.ts';
import { DeltaBar } from './delta-bar.tsx';
import { useDeltaText } from './range-words.ts';

/** Of an open group, shown at once and more each time. */
const NESTED_STEP = 50;
/** Of the table. */
export const COLUMNS = 8;

interface GroupRowsProps {
  group: ChangeGroup;
  mostBytes: number;
  isOpen: boolean;
  toggle(): void;
}

/** One item, or a group with its items below it when it is open. */
export function GroupRows({ group, mostBytes, isOpen, toggle }: GroupRowsProps) {
  const t = useTranslations('compare');
  const [shown, setShown] = useState(NESTED_STEP);
  const { change, kind, ownerChain, changes } = group;
  const [first, ...others] = changes;
  const deltaText = useDeltaText();
  const rest = changes.length - shown;
  if (!first) return null;
  const isLone = others.length === 0;
  return (
    <>
      <tr className="hover:bg-hover">
        <td className="body-cell">
          <span className="inline-block w-4.5 font-semibold" aria-hidden="true">
            {CHANGE_GLYPHS[change]}
          </span>
          {t(`change_${change}`)}
        </td>
        <th scope="row" className={`body-cell text-left font-normal ${isLone ? 'max-w-[260px]' : ''}`}>
          {isLone ? (
            <ItemName name={first.item.name} />
          ) : (
            <button
              type="button"
              className="inline-flex h-6 items-center gap-2 font-medium"
              aria-expanded={isOpen}
              onClick={toggle}
            >
              <span aria-hidden="true" className="w-3 text-fg-2">
                {isOpen ? '▾' : '▸'}
              </span>
              {t(`group.${kind}`, { count: changes.length })}
            </button>
          )}
        </th>
        <td className="body-cell">
          <KindMark kind={kind} />
        </td>
        <td className="body-cell max-w-[200px] text-fg-2">
          <OwnerChain chain={ownerChain} />
        </td>
        <SideCell change={isLone ? first : null} side="a" sum={group.a} was={change !== 'added'} />
        <SideCell change={isLone ? first : null} side="b" sum={group.b} was={change !== 'removed'} />
        <td className="body-cell">
          <DeltaBar delta={group.delta} mostBytes={mostBytes} />
        </td>
        <td className={`body-cell text-right ${group.delta === null ? 'text-fg-3' : 'font-semibold'}`}>
          {deltaText(group.delta)}
        </td>
      </tr>
      {isOpen &&
        changes.slice(0, shown).map((one) => <NestedRow key={one.item.key} change={one} mostBytes={mostBytes} />)}
      {isOpen && rest > 0 && (
        <tr className="bg-raised">
          <td colSpan={COLUMNS} className="body-cell">
            <button type="button" className="btn btn-small" onClick={() => setShown(shown + NESTED_STEP)}>
              {t('showMore', { count: Math.min(rest, NESTED_STEP) })}
            </button>
          </td>
        </tr>
      )}
    </>
  );
}

function NestedRow({ change, mostBytes }: { change: ItemChange; mostBytes: number }) {
  const deltaText = useDeltaText();
  const { item, delta } = change;
  return (
    <tr className="bg-raised text-fg-2">
      <td className="body-cell" />
      <th scope="row" className="body-cell max-w-[260px] text-left font-normal">
        <ItemName name={item.name} className="pl-5" />
      </th>
      <td className="body-cell" />
      <td className="body-cell max-w-[200px]">
        <OwnerChain chain={item.ownerChain} />
      </td>
      <SideCell change={change} side="a" sum={null} was />
      <SideCell change={change} side="b" sum={null} was />
      <td className="body-cell">
        <DeltaBar delta={delta} mostBytes={mostBytes} />
      </td>
      <td className="body-cell text-right">{deltaText(delta)}</td>
    </tr>
  );
}

interface SideCellProps {
  /** null = a group, whose sum is told. */
  change: ItemChange | null;
  side: 'a' | 'b';
  sum: ChangeGroup['a'];
  /** Whether the group was there at this moment. */
  was: boolean;
}

/** What it held at one moment: none is not zero, and neither is a size that was not read. */
function SideCell({ change, side, sum, was }: SideCellProps) {
  const t = useTranslations('compare');
  const words = useTranslations('inventory');
  const held = change === null ? (was ? (sum ?? { leastBytes: null, mostBytes: null }) : null) : change[side];
  const word = (text: string, title?: string): ReactNode => (
    <td className="body-cell text-right text-fg-3" title={title}>
      {text}
    </td>
  );
  if (held === null) return word(t('notThere'));
  if (change && !change.item.counted && held.mostBytes === null) {
    const { sizeBytes } = change.item;
    const text = sizeBytes === null ? t('unknownSize') : t('sizeOf', { size: formatBytes(sizeBytes) });
    return word(text, t('notCounted'));
  }
  if (held.mostBytes === null) return word(t('unknownSize'));
  return <td className="body-cell text-right">{rangeText(held.leastBytes, held.mostBytes, words)}</td>;
}
