'use client';
import {
  type FindingList,
  type HostView,
  type InventoryView,
  type ItemKind,
  pathThrough,
  stackOf,
  storeNodeId,
} from '@silt/domain';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { storeTree } from '../../../shared/storage/store-tree.ts';
import { StateGlyph } from '../../../shared/ui/state-mark.tsx';
import { findingMarks } from './finding-marks.ts';
import { StackGraph } from './stack-graph.tsx';
import { layoutStack } from './stack-layout.ts';
import { StackList } from './stack-list.tsx';
import type { StackPicture } from './stack-picture.ts';

interface StackCardProps {
  hostId: string;
  host: HostView;
  /** undefined = still being read, or failed: the stack is then drawn from the snapshot alone. */
  inventory: InventoryView | undefined;
  /** Those that stand; of a moment that is past none. */
  findings: FindingList;
  showItems(kinds: ItemKind[], storeKey: string | null): void;
}

/** What the storage of a host lies on, from the disks to the containers. */
export function StackCard({ hostId, host, inventory, findings, showItems }: StackCardProps) {
  const t = useTranslations('stack');
  const words = { t, inventory: useTranslations('inventory') };
  const [asList, setAsList] = useState(false);
  const [fit, setFit] = useState(false);
  const { views, stack, layout, worst } = useStack(host, inventory);
  const { lookOf, look, pinned, pin } = useLitPath(stack, worst);
  const marks = useMemo(() => findingMarks(findings), [findings]);
  const picture: StackPicture = { hostId, views, marks, words, lookOf, look, pinned, pin, showItems };
  if (host.stores.length === 0) {
    return (
      <section className="card mb-4">
        <StackHead>{null}</StackHead>
        <p className="card-body text-fg-2">{t(host.observedAt === null ? 'emptyYet' : 'empty')}</p>
      </section>
    );
  }
  return (
    <section className="card mb-4">
      <StackHead>
        <span className="text-fg-3">{worst ? t('lit') : t('litNone')}</span>
        {worst && (
          <span className="inline-flex min-w-0 items-center gap-1.5">
            <StateGlyph state={worst.state} />
            <code className="truncate">{worst.store.name}</code>
          </span>
        )}
        <span className="ml-auto flex gap-2 max-md:hidden">
          {!asList && (
            <button type="button" className="btn btn-small" aria-pressed={fit} onClick={() => setFit(!fit)}>
              {t(fit ? 'actualSize' : 'fit')}
            </button>
          )}
          <button type="button" className="btn btn-small" aria-pressed={asList} onClick={() => setAsList(!asList)}>
            {t(asList ? 'asGraph' : 'asList')}
          </button>
        </span>
      </StackHead>
      {!asList && (
        <div className="max-md:hidden">
          <StackGraph layout={layout} picture={picture} fit={fit} />
        </div>
      )}
      <div className={asList ? '' : 'md:hidden'}>
        <StackList stack={stack} picture={picture} />
      </div>
      <StackNotes hiddenStores={stack.hiddenStores} inventory={inventory} />
    </section>
  );
}

function StackHead({ children }: { children: React.ReactNode }) {
  const t = useTranslations('stack');
  return (
    <header className="card-head">
      <h2 className="font-semibold">{t('title')}</h2>
      {children}
    </header>
  );
}

function StackNotes({ hiddenStores, inventory }: { hiddenStores: number; inventory: InventoryView | undefined }) {
  const t = useTranslations('stack');
  const notes = [
    ...(hiddenStores > 0 ? [t('stores', { count: hiddenStores })] : []),
    ...(inventory && inventory.readAt === null ? [t('deviceOnly')] : []),
    ...(inventory && inventory.cut > 0 ? [t('cut', { count: inventory.items.length })] : []),
  ];
  if (notes.length === 0) return null;
  return <p className="border-t border-line px-4 py-2 text-xs text-fg-3 max-md:px-3">{notes.join(' · ')}</p>;
}

function useStack({ stores, daemons }: HostView, inventory: InventoryView | undefined) {
  return useMemo(() => {
    const views = new Map(stores.map((view) => [view.store.key, view]));
    const flat = (nodes: ReturnType<typeof storeTree>): typeof stores =>
      nodes.flatMap(({ view, inside }) => [view, ...flat(inside)]);
    const sorted = flat(storeTree(stores));
    const stack = stackOf({ stores: sorted.map(({ store }) => store), daemons, items: inventory?.items ?? [] });
    const worst = sorted.find(({ state }) => state === 'critical') ?? sorted.find(({ state }) => state === 'warning');
    return { views, stack, layout: layoutStack(stack, views), worst: worst ?? null };
  }, [stores, daemons, inventory?.items]);
}

type UsedStack = ReturnType<typeof useStack>;

/** The path to the worst store, as long as no other node is looked at or kept. */
function useLitPath(stack: UsedStack['stack'], worst: UsedStack['worst']) {
  const [looked, look] = useState<string | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const chosen = looked ?? pinned;
  const worstId = worst === null ? null : storeNodeId(worst.store.key);
  const id = chosen ?? worstId;
  const path = useMemo(() => (id === null ? new Set<string>() : pathThrough(stack, id)), [stack, id]);
  const tone = worst?.state === 'critical' ? 'critical' : 'warning';
  const lookOf: StackPicture['lookOf'] = (node) => {
    if (!path.has(node)) return 'none';
    return chosen === null ? tone : 'chosen';
  };
  return { lookOf, look, pinned, pin: (node: string) => setPinned(pinned === node ? null : node) };
}
