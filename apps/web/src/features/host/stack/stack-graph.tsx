'use client';
import { STACK_COLUMNS } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { ScrollRegion } from '../../../shared/ui/scroll-region.tsx';
import { COLUMN_PLACES, type PlacedNode, STACK_WIDTH, type StackLayout } from './stack-layout.ts';
import { StackNodeBox } from './stack-node-box.tsx';
import type { StackPicture } from './stack-picture.ts';

const HEAD_HEIGHT = 28;
const STROKES = {
  critical: 'stroke-crit stroke-2',
  warning: 'stroke-warn stroke-2',
  chosen: 'stroke-fg-2 stroke-2',
  none: 'stroke-line-2',
} as const;

interface StackGraphProps {
  layout: StackLayout;
  picture: StackPicture;
  /** As wide as the card, whatever it is; else in its own size, which may have to be scrolled. */
  fit: boolean;
}

/** The stack as boxes and lines. All places are attributes: the page forbids style attributes. */
export function StackGraph({ layout, picture, fit }: StackGraphProps) {
  const t = useTranslations('stack');
  const height = layout.height + HEAD_HEIGHT;
  const edges = layout.edges.map((edge) => {
    const [from, to] = [picture.lookOf(edge.from), picture.lookOf(edge.to)];
    return { ...edge, look: from === to ? from : ('none' as const) };
  });
  const lit = edges.filter(({ look }) => look !== 'none');
  const plain = edges.filter(({ look }) => look === 'none');
  return (
    <ScrollRegion label={t('region')}>
      <div className="p-4">
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: it is no image: its boxes are HTML, in a region with a name */}
        <svg
          viewBox={`0 0 ${STACK_WIDTH} ${height}`}
          width={fit ? '100%' : STACK_WIDTH}
          height={fit ? undefined : height}
          className="block overflow-visible"
        >
          {STACK_COLUMNS.map((column) => (
            <text key={column} x={COLUMN_PLACES[column].x} y="12" className="fill-fg-3 text-xs">
              {t(`columns.${column}`)}
            </text>
          ))}
          <g transform={`translate(0 ${HEAD_HEIGHT})`}>
            {[...plain, ...lit].map(({ from, to, path, look }) => (
              <path key={`${from} ${to}`} d={path} className={`fill-none ${STROKES[look]}`} />
            ))}
            {layout.nodes.map((placed) => (
              <Placed key={placed.node.id} placed={placed} picture={picture} nested={false} />
            ))}
          </g>
        </svg>
      </div>
    </ScrollRegion>
  );
}

function Placed({ placed, picture, nested }: { placed: PlacedNode; picture: StackPicture; nested: boolean }) {
  const { node, x, y, width, height, inside } = placed;
  return (
    <>
      <foreignObject x={x} y={y} width={width} height={height}>
        <StackNodeBox node={node} picture={picture} nested={nested} />
      </foreignObject>
      {inside.map((inner) => (
        <Placed key={inner.node.id} placed={inner} picture={picture} nested={!nested} />
      ))}
    </>
  );
}
