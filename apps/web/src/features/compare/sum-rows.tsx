'use client';
import { formatBytes, formatSignedBytes, type StoreComparison } from '@silt/domain';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { DeltaBar } from './delta-bar.tsx';
import { useDeltaText } from './range-words.ts';

interface SumRowsProps {
  store: StoreComparison;
  mostBytes: number;
}

/** What is no change of an item: the same ones, the size step, the unattributed, and the sum of it all. */
export function SumRows({ store, mostBytes }: SumRowsProps) {
  const t = useTranslations();
  const deltaText = useDeltaText();
  const { attribution, unchanged, readings } = store;
  const { series, aBytes, bBytes, growthBytes, belowStepsBytes, stepErrorBytes, unattributed, unknownItems } =
    attribution;
  const unattributedAt = readings.find((reading) => reading.series === 'unattributedBytes');
  const bytes = (value: number | null | undefined, word: string): ReactNode =>
    value == null ? <span className="font-normal text-fg-3">{word}</span> : formatBytes(value);
  const bound = formatBytes(stepErrorBytes);
  return (
    <tfoot className="border-t border-line-2">
      <Row
        glyph="="
        change={t('compare.same')}
        name={t('compare.unchanged', { count: unchanged.items })}
        a={formatBytes(unchanged.leastBytes)}
        b={formatBytes(unchanged.leastBytes)}
        delta="0 B"
      />
      <Row
        glyph="≈"
        change={t('compare.belowSteps')}
        name={t('compare.belowIs', { bound })}
        delta={
          belowStepsBytes === null ? (
            <span className="font-normal text-fg-3">{t('compare.belowUnknown', { bound })}</span>
          ) : (
            formatSignedBytes(belowStepsBytes)
          )
        }
        bar={
          <DeltaBar
            delta={belowStepsBytes === null ? null : { leastBytes: belowStepsBytes, mostBytes: belowStepsBytes }}
            mostBytes={mostBytes}
          />
        }
      />
      <Row
        glyph="?"
        change={t('compare.unattributed')}
        name={
          unknownItems === 0
            ? t('compare.unattributedRow')
            : `${t('compare.unattributedRow')}; ${t('compare.unknownItems', { count: unknownItems })}`
        }
        a={bytes(unattributedAt?.a, t('compare.cannotTell'))}
        b={bytes(unattributedAt?.b, t('compare.cannotTell'))}
        delta={unattributed === null ? t('compare.cannotTell') : deltaText(unattributed)}
        bar={<DeltaBar delta={unattributed} mostBytes={mostBytes} unattributed />}
      />
      <Row
        glyph=""
        change={t('compare.sum')}
        name={t(`compare.series.${series}`)}
        a={bytes(aBytes, t('common.notRead'))}
        b={bytes(bBytes, t('common.notRead'))}
        delta={growthBytes === null ? t('common.notKnown') : formatSignedBytes(growthBytes)}
        isSum
      />
    </tfoot>
  );
}

interface RowProps {
  glyph: string;
  change: string;
  name: string;
  a?: ReactNode;
  b?: ReactNode;
  bar?: ReactNode;
  delta: ReactNode;
  isSum?: boolean;
}

function Row({ glyph, change, name, a, b, bar, delta, isSum = false }: RowProps) {
  const hasSides = a !== undefined;
  return (
    <tr className={isSum ? 'font-semibold' : ''}>
      <td className="body-cell">
        {glyph !== '' && (
          <span className="inline-block w-4.5 font-semibold" aria-hidden="true">
            {glyph}
          </span>
        )}
        {change}
      </td>
      <th
        scope="row"
        colSpan={hasSides ? 3 : 5}
        className={`body-cell text-left whitespace-normal ${isSum ? 'font-semibold' : 'font-normal text-fg-2'}`}
      >
        {name}
      </th>
      {hasSides && <td className="body-cell text-right">{a}</td>}
      {hasSides && <td className="body-cell text-right">{b}</td>}
      <td className="body-cell">{bar}</td>
      <td className="body-cell text-right font-semibold">{delta}</td>
    </tr>
  );
}
