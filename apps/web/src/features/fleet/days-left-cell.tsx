'use client';
import { currentForecast, type FleetRow, type RowForecast } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { daysRangeText, daysText } from '../../shared/format/days-text.ts';
import { useAgo } from '../../shared/intl/moment.tsx';

/** Days left with their interval; without a date the reason in a word, hatched where nothing can be told. */
export function DaysLeftCell({ row }: { row: FleetRow }) {
  const t = useTranslations();
  const forecast = currentForecast(row.forecast, { ...row, readAt: row.lastSeenAt });
  if (forecast !== null) return <CurrentForecast forecast={forecast} />;
  if (row.lastSeenAt === null) return <span className="text-fg-3">{t('common.notKnown')}</span>;
  if (row.forecast === null)
    return <Hatched>{row.fullest === null ? t('common.notRead') : t('fleet.daysLeft.none')}</Hatched>;
  return <StaleForecast forecast={row.forecast} />;
}

function CurrentForecast({ forecast }: { forecast: RowForecast }) {
  const t = useTranslations('fleet.daysLeft');
  const words = useTranslations('forecast');
  const { daysLeft, verdict, reason, clock, storeName } = forecast;
  const place = t('place', { clock: words(`clock.${clock}`), store: storeName });
  const why = t('why', { place, reason: words(`reason.${reason}`) });
  if (verdict === 'full')
    return (
      <span title={why}>
        <b className="font-semibold">{words('fullNow')}</b>
        <Place>{place}</Place>
      </span>
    );
  if (daysLeft === null)
    return verdict === 'steady' ? (
      <span title={why} className="text-fg-2">
        {words(`verdict.${verdict}`)}
        <Place hidden>{place}</Place>
      </span>
    ) : (
      <Hatched title={why}>{words(`verdict.${verdict}`)}</Hatched>
    );
  return (
    <span title={why} className="flex flex-wrap items-baseline gap-x-2 leading-4 max-md:justify-end">
      <b className="font-semibold">{daysText(daysLeft.p50, words)}</b>
      <span className="text-xs text-fg-2 md:max-[1399px]:basis-full">{daysRangeText(daysLeft, words)}</span>
      <Place>{place}</Place>
    </span>
  );
}

/** Which clock of which store: read out, in a card shown, in the table the title. */
function Place({ hidden = false, children }: { hidden?: boolean; children: string }) {
  return (
    <span
      className={`sr-only ${hidden ? '' : 'max-md:not-sr-only max-md:basis-full max-md:text-2xs max-md:text-fg-3'}`}
    >
      {' '}
      {children}
    </span>
  );
}

function StaleForecast({ forecast: { daysLeft, verdict, madeAt } }: { forecast: RowForecast }) {
  const t = useTranslations('fleet.daysLeft');
  const words = useTranslations('forecast');
  const ago = useAgo();
  const then = daysLeft
    ? t('saidThen', { left: daysText(daysLeft.p50, words), range: daysRangeText(daysLeft, words) })
    : t('saidThenNoDate', { verdict: words(`verdict.${verdict}`) });
  return <Hatched title={then}>{t('stale', { ago: ago(madeAt) })}</Hatched>;
}

function Hatched({ title, children }: { title?: string; children: string }) {
  return (
    <span title={title} className="hatch inline-block rounded-sm border border-line-2 p-0.5 text-xs leading-4">
      <span>{children}</span>
    </span>
  );
}
