'use client';
import { currentForecast, type FleetRow } from '@silt/domain';
import Link from 'next/link';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { Sparkline } from '../../shared/charts/sparkline.tsx';
import { findingsPath } from '../../shared/findings/finding-path.ts';
import { hostPath } from '../../shared/format/host-path.ts';
import { formatFill, formatSignedQuantity } from '../../shared/format/quantity.ts';
import { useAgo } from '../../shared/intl/moment.tsx';
import { Meter } from '../../shared/ui/meter.tsx';
import { StateGlyph, StateMark } from '../../shared/ui/state-mark.tsx';
import { tagPath } from './fleet-query.ts';

/** By use-intl, which keeps its formatters: a new one for each row would cost more than all else of a row that appears. */
const UTC_FORMAT = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' } as const;

interface CellProps {
  row: FleetRow;
}

/**
 * With the number of its findings that are critical or a warning, which leads to them. The state is of its room alone, so that
 * a critical finding has its glyph beside one that is not critical.
 */
export function HostState({ row }: CellProps) {
  const t = useTranslations('findingCards');
  const format = useFormatter();
  const { critical, warning, notice } = row.findings;
  const count = critical + warning;
  const text = t('ofHost', { count, critical, warning, notice });
  return (
    <span className="flex items-center justify-between gap-1 max-md:flex-row-reverse">
      <StateMark state={row.state} />
      {count > 0 && (
        <Link
          href={findingsPath({ hostId: row.hostId })}
          prefetch={false}
          tabIndex={-1}
          title={text}
          aria-label={text}
          className="flex min-w-6 items-center justify-center gap-1 text-xs leading-6 text-fg-3 hover:text-fg hover:underline"
        >
          {critical > 0 && row.state !== 'critical' && <StateGlyph state="critical" />}
          {format.number(count)}
        </Link>
      )}
    </span>
  );
}

export function Name({ row }: CellProps) {
  const t = useTranslations('common');
  return (
    <span className="md:flex md:items-baseline">
      <Link
        href={hostPath(row.hostId)}
        prefetch={false}
        tabIndex={-1}
        title={row.name}
        className="font-medium hover:underline md:min-w-0 md:truncate"
      >
        {row.name}
      </Link>
      {row.tags.map((tag) => (
        <Link
          key={tag}
          href={tagPath(tag)}
          prefetch={false}
          tabIndex={-1}
          title={tag}
          className="ml-1.5 inline-block text-xs leading-6 text-fg-3 hover:text-fg hover:underline md:min-w-6 md:shrink-[20] md:truncate"
        >
          {tag}
        </Link>
      ))}
      {row.simulated && <span className="tag ml-1.5 flex-none border-dashed">{t('simulated')}</span>}
    </span>
  );
}

export function BackEnds({ row }: CellProps) {
  const t = useTranslations('common');
  if (row.backEnds.length === 0) return <span className="tag border-dashed">{t('notRead')}</span>;
  return (
    // One line of labels: one that does not fit is on the next, which is not shown, in place of cut in two.
    <span className="flex h-[18px] flex-wrap gap-1 overflow-hidden" title={row.backEnds.join(', ')}>
      {row.backEnds.map((backEnd) => (
        <span key={backEnd} className="tag">
          {backEnd}
        </span>
      ))}
    </span>
  );
}

export function Fill({ row }: CellProps) {
  const t = useTranslations();
  const locale = useLocale();
  const { fullest, state } = row;
  const resource = fullest && t(`resource.${fullest.resource}`);
  return (
    <span className="flex items-center">
      <span className="flex w-24 flex-none md:w-11">
        <Meter fill={fullest?.fill ?? null} state={state} />
      </span>
      {fullest ? (
        <>
          <span className="mr-3 ml-1 w-10 flex-none text-right md:mr-2">{formatFill(fullest.fill, locale)}</span>
          {/* One line: where there is no room for both, the resource is on the next, which is not shown. */}
          <span
            className="flex h-[18px] min-w-0 flex-wrap items-baseline gap-x-1.5 overflow-hidden text-xs leading-[18px]"
            title={`${fullest.storeName} ${resource}`}
          >
            <code className="max-w-full truncate text-[12px]">{fullest.storeName}</code>
            <span className="text-fg-3">{resource}</span>
          </span>
        </>
      ) : (
        <span className="ml-2 text-fg-3">{t('common.notRead')}</span>
      )}
    </span>
  );
}

/** What is forecast is drawn where it is of the resource that the line is of. */
export function FillOverTime({ row }: CellProps) {
  const forecast = currentForecast(row.forecast, { ...row, readAt: row.lastSeenAt });
  const isOfLine = forecast?.storeKey === row.fullest?.storeKey && forecast?.clock === row.fullest?.resource;
  return <Sparkline days={row.sparkline} daysLeft={isOfLine ? (forecast?.daysLeft ?? null) : null} />;
}

export function GrowthText({ row }: CellProps) {
  const t = useTranslations();
  const locale = useLocale();
  if (!row.growth) return <span className="text-fg-3">{t('common.notKnown')}</span>;
  const signed = formatSignedQuantity(row.growth.perDay, row.growth.unit, locale);
  const text = row.growth.unit === 'count' ? t('common.inodes', { count: signed }) : signed;
  return (
    <>
      <span className="max-md:hidden">{text}</span>
      <span className="md:hidden">{t('fleet.aDay', { growth: text })}</span>
    </>
  );
}

/** Bold once beats are missing: what stands beside it is as of then. */
export function LastSeen({ row }: CellProps) {
  const t = useTranslations('fleet');
  const format = useFormatter();
  const ago = useAgo();
  if (row.lastSeenAt === null) return <span className="text-fg-3">{t('neverSeen')}</span>;
  return (
    <span className={row.connection === 'connected' ? 'text-fg-2 max-md:hidden' : 'font-semibold'}>
      <time dateTime={row.lastSeenAt} title={`${format.dateTime(new Date(row.lastSeenAt), UTC_FORMAT)} UTC`}>
        {ago(row.lastSeenAt)}
      </time>
    </span>
  );
}

export function Coverage({ row }: CellProps) {
  const t = useTranslations('common');
  const { read, total } = row.coverage;
  if (total === 0) return <span className="text-fg-3">{t('none')}</span>;
  return (
    <span className={`inline-flex items-center gap-2 ${read < total ? '' : 'text-fg-2'}`}>
      {read * 2 < total && <StateGlyph state="unknown" />}
      {read}/{total}
    </span>
  );
}
