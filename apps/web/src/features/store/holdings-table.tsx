'use client';
import {
  formatBytes,
  formatSignedBytes,
  HOLDING_KINDS,
  type HoldingKind,
  type KindTotal,
  type Reading,
  type StoreHoldings,
} from '@silt/domain';
import { type ReactNode, useId } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { rangeText } from '../../shared/inventory/held-size.tsx';
import { KindMark } from '../../shared/inventory/kind-mark.tsx';
import { ShareBar } from '../../shared/inventory/share-bar.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { firstInventory, sinceFirst } from './holding-areas.ts';

interface HoldingsTableProps {
  holdings: StoreHoldings;
  totals: readonly KindTotal[];
  series: 'usedBytes' | 'dataUsedBytes' | 'poolDataUsedBytes';
}

/** Kind by kind as of the end of the range, with how it moved since its beginning. */
export function HoldingsTable({ holdings, totals, series }: HoldingsTableProps) {
  const t = useTranslations();
  const format = useFormatter();
  const held = totals.filter((total): total is KindTotal & { kind: HoldingKind } =>
    HOLDING_KINDS.some((kind) => kind === total.kind),
  );
  const rows = [...held].sort((x, y) => y.mostBytes - x.mostBytes);
  const used = holdings.used.findLast((value) => value !== null) ?? null;
  const unattributed = holdings.unattributed.findLast((value) => value !== null) ?? null;
  const wholeBytes = Math.max(1, ...rows.map(({ mostBytes }) => mostBytes), unattributed ?? 0);
  const bytesOf = (kind: HoldingKind) => holdings.kinds.find((one) => one.kind === kind)?.bytes ?? [];
  const first = firstInventory(holdings);
  const day = format.dateTime(new Date(first.at), { day: 'numeric', month: 'short' });
  const since = (bytes: readonly Reading[]): number | null => sinceFirst(bytes.slice(first.row));
  return (
    <ScrollRegion label={t('store.holdingsTable')}>
      <table className="w-full border-collapse border-t border-line" aria-label={t('store.holdingsTable')}>
        <thead>
          <tr>
            <HeadCell>{t('store.columns.kind')}</HeadCell>
            <HeadCell>{t('store.columns.items')}</HeadCell>
            <td className="head-cell" />
            <HeadCell right>{t('store.columns.size')}</HeadCell>
            <HeadCell right>{t('store.columns.share')}</HeadCell>
            <HeadCell right>{t('store.columns.since', { day })}</HeadCell>
          </tr>
        </thead>
        <tbody>
          <NobodyRow {...{ unattributed, used, wholeBytes, since: since(holdings.unattributed) }} />
          {rows.map((total) => (
            <KindRow
              key={total.kind}
              {...{ total, used, wholeBytes, since: isExact(total) ? since(bytesOf(total.kind)) : null }}
            />
          ))}
        </tbody>
        <tfoot className="border-t border-line-2 font-semibold">
          <tr>
            <th scope="row" colSpan={3} className="body-cell text-left font-semibold">
              {t(`compare.series.${series}`)}
            </th>
            <td className="body-cell text-right">
              {used === null ? <Word>{t('common.notRead')}</Word> : formatBytes(used)}
            </td>
            <td className="body-cell" />
            <td className="body-cell text-right">
              <Since bytes={since(holdings.used)} />
            </td>
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  );
}

function HeadCell({ right = false, children }: { right?: boolean; children: ReactNode }) {
  return (
    <th scope="col" className={`head-cell ${right ? 'text-right' : ''}`}>
      {children}
    </th>
  );
}

const Word = ({ children }: { children: ReactNode }) => <span className="font-normal text-fg-3">{children}</span>;

function Since({ bytes }: { bytes: number | null }) {
  const t = useTranslations('common');
  return bytes === null ? <Word>{t('notKnown')}</Word> : formatSignedBytes(bytes);
}

/** What the range is of moves too, so that only an exact sum has a difference. */
const isExact = ({ leastBytes, mostBytes }: KindTotal): boolean => leastBytes === mostBytes;

function Share({ least, most, used }: { least: number; most: number; used: number | null }) {
  const t = useTranslations();
  const format = useFormatter();
  if (used === null || used === 0) return <Word>{t('common.notKnown')}</Word>;
  const percent = (bytes: number): string =>
    format.number(bytes / used, { style: 'percent', maximumFractionDigits: 1 });
  if (least === most) return percent(least);
  return least === 0
    ? t('inventory.upTo', { most: percent(most) })
    : t('inventory.range', { least: percent(least), most: percent(most) });
}

interface RowProps {
  used: number | null;
  wholeBytes: number;
  since: number | null;
}

function KindRow({ total, used, wholeBytes, since }: RowProps & { total: KindTotal }) {
  const t = useTranslations('store');
  const words = useTranslations('inventory');
  const format = useFormatter();
  const { kind, items, unknownItems, leastBytes, mostBytes } = total;
  const isUnknown = unknownItems > 0 && mostBytes === 0;
  return (
    <tr>
      <th scope="row" className="body-cell text-left font-normal">
        <KindMark kind={kind} />
      </th>
      <td className="body-cell text-fg-2">
        {format.number(items)}
        {unknownItems > 0 && `, ${t('unknownItems', { count: unknownItems })}`}
      </td>
      <td className="body-cell w-[24%] min-w-24">
        <ShareBar {...{ kind, leastBytes, mostBytes, wholeBytes }} />
      </td>
      <td className="body-cell text-right">
        {isUnknown ? <Word>{words('unknown')}</Word> : rangeText(leastBytes, mostBytes, words)}
      </td>
      <td className="body-cell text-right text-fg-2">
        {isUnknown ? <Word>{words('unknown')}</Word> : <Share least={leastBytes} most={mostBytes} used={used} />}
      </td>
      <td className="body-cell text-right">
        <Since bytes={since} />
      </td>
    </tr>
  );
}

function NobodyRow({ unattributed, used, wholeBytes, since }: RowProps & { unattributed: number | null }) {
  const t = useTranslations();
  const hatch = useId();
  return (
    <tr>
      <th scope="row" className="body-cell text-left font-normal">
        <span className="inline-flex items-center gap-2">
          <span className="hatch size-2.5 flex-none rounded-[2px] border border-fg-3" />
          {t('store.unattributed')}
        </span>
      </th>
      <td className="body-cell text-fg-3">{t('inventory.unattributedIs')}</td>
      <td className="body-cell w-[24%] min-w-24">
        {unattributed !== null && (
          <svg aria-hidden="true" className="block h-2 w-full">
            <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="1.2" height="4" className="fill-fg-2" />
            </pattern>
            <rect width={`${(unattributed / wholeBytes) * 100}%`} height="8" fill={`url(#${hatch})`} />
          </svg>
        )}
      </td>
      <td className="body-cell text-right">
        {unattributed === null ? <Word>{t('inventory.cannotTell')}</Word> : formatBytes(unattributed)}
      </td>
      <td className="body-cell text-right text-fg-2">
        {unattributed === null ? (
          <Word>{t('common.notKnown')}</Word>
        ) : (
          <Share least={unattributed} most={unattributed} used={used} />
        )}
      </td>
      <td className="body-cell text-right">
        <Since bytes={since} />
      </td>
    </tr>
  );
}
