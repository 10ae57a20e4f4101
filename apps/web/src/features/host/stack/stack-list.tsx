'use client';
import type { Stack, StackNode } from '@silt/domain';
import Link from 'next/link';
import { useLocale } from 'use-intl';
import { storePath } from '../../../shared/format/host-path.ts';
import { formatFill } from '../../../shared/format/quantity.ts';
import { StateGlyph } from '../../../shared/ui/state-mark.tsx';
import { StackMark } from './stack-mark.tsx';
import type { StackPicture } from './stack-picture.ts';
import { nodeLines, nodeName, partsSize } from './stack-words.ts';

interface StackListProps {
  stack: Stack;
  picture: StackPicture;
}

/** The stack as an indented list: what lies on something stands below it. Each node is there once. */
export function StackList({ stack, picture }: StackListProps) {
  const parents = new Map<string, string>();
  for (const { from, to } of stack.edges) if (!parents.has(to)) parents.set(to, from);
  const childrenOf = (node: StackNode): StackNode[] => [
    ...node.inside,
    ...stack.nodes.filter(({ id }) => parents.get(id) === node.id),
  ];
  const roots = stack.nodes.filter(({ id }) => !parents.has(id));
  return (
    <div className="px-4 py-2 max-md:px-3">
      <Branch nodes={roots} childrenOf={childrenOf} picture={picture} />
    </div>
  );
}

interface BranchProps {
  nodes: readonly StackNode[];
  childrenOf(node: StackNode): StackNode[];
  picture: StackPicture;
}

function Branch({ nodes, childrenOf, picture }: BranchProps) {
  return (
    <ul>
      {nodes.map((node) => {
        const children = childrenOf(node);
        return (
          <li key={node.id}>
            <Line node={node} picture={picture} />
            {children.length > 0 && (
              <div className={`ml-1.5 border-l pl-3 ${isLit(node, picture) ? 'border-crit' : 'border-line-2'}`}>
                <Branch nodes={children} childrenOf={childrenOf} picture={picture} />
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const isLit = (node: StackNode, picture: StackPicture): boolean => picture.lookOf(node.id) === 'critical';

function Line({ node, picture }: { node: StackNode; picture: StackPicture }) {
  const locale = useLocale();
  const view = node.kind === 'store' ? picture.views.get(node.storeKey ?? '') : undefined;
  const worst = view?.fills[0];
  const name = nodeName(node, picture.words);
  return (
    <p className="flex min-h-8 items-center gap-2 max-md:min-h-9">
      {view && <StateGlyph state={view.state} />}
      {view ? (
        <Link className="link min-w-0 truncate" href={storePath(picture.hostId, view.store.key)}>
          <code>{name}</code>
        </Link>
      ) : (
        <span className="max-w-[70%] flex-none truncate">{name}</span>
      )}
      {view && <StackMark mark={picture.marks.get(view.store.key)} />}
      <span className="min-w-0 truncate text-xs text-fg-3">{nodeLines(node, picture.words).join(', ')}</span>
      <span className="ml-auto flex-none text-fg-2">
        {worst && formatFill(worst.fill, locale)}
        {node.parts.length > 0 &&
          node.kind !== 'container' &&
          node.kind !== 'containers' &&
          partsSize(node.parts, picture.words)}
      </span>
    </p>
  );
}
