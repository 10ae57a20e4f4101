'use client';
import type { BacktestAlarm, BacktestFill, BacktestPlace } from '@silt/domain';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useZonedText, ZonedMoment } from '../as-of/zoned-moment.tsx';
import { daysRangeText, daysText } from '../format/days-text.ts';
import { storePath } from '../format/host-path.ts';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { AlarmKindMark } from './alarm-kind-mark.tsx';

interface FillLinesProps {
  fills: readonly BacktestFill[];
  /** Place of the horizon that is shown. */
  horizon: number;
  /** The reader does not know yet which store it is. */
  withPlace: boolean;
}

/** One line a fill: how long before one would have been told. */
export function FillLines({ fills, horizon, withPlace }: FillLinesProps) {
  const t = useTranslations('backtest');
  const words = useTranslations('forecast');
  const zoned = useZonedText();
  return (
    <ul className="grid gap-1.5">
      {fills.map((fill) => {
        const lead = fill.toldHoursBefore[horizon] ?? null;
        const facts = { time: zoned(fill.fullAt), what: words(`clock.${fill.clock}`) };
        return (
          <li key={`${fill.hostId} ${fill.storeKey} ${fill.fullAt}`}>
            {withPlace && (
              <>
                <PlaceLink place={fill} />{' '}
              </>
            )}
            {lead === null ? t('toldNot', facts) : t('told', { ...facts, lead: daysText(lead / 24, words) })}
          </li>
        );
      })}
    </ul>
  );
}

/** The oldest alarm first. */
export function AlarmTable({ alarms, withPlace }: { alarms: readonly BacktestAlarm[]; withPlace: boolean }) {
  const t = useTranslations('backtest');
  const words = useTranslations('forecast');
  return (
    <ScrollRegion label={t('columns.result')}>
      <table className="w-full">
        <thead>
          <tr>
            <th className="head-cell">{t('columns.result')}</th>
            <th className="head-cell">{t('columns.what')}</th>
            <th className="head-cell">{t('columns.raised')}</th>
            <th className="head-cell">{t('columns.cleared')}</th>
            <th className="head-cell">{t('columns.said')}</th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <tr key={`${alarm.hostId} ${alarm.storeKey} ${alarm.raisedAt}`}>
              <td className="body-cell">
                <AlarmKindMark kind={alarm.kind} />
              </td>
              <td className="body-cell">
                {withPlace && (
                  <>
                    <PlaceLink place={alarm} />{' '}
                  </>
                )}
                {words(`clock.${alarm.clock}`)}
              </td>
              <td className="body-cell">
                <ZonedMoment at={alarm.raisedAt} />
              </td>
              <td className="body-cell">
                {alarm.clearedAt === null ? t('kind.open') : <ZonedMoment at={alarm.clearedAt} />}
              </td>
              <td className="body-cell">
                {t('saidLeft', {
                  left: daysText(alarm.daysLeft.p50, words),
                  range: daysRangeText(alarm.daysLeft, words),
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function PlaceLink({ place: { hostId, hostName, storeKey, storeName } }: { place: BacktestPlace }) {
  return (
    <Link className="link" href={storePath(hostId, storeKey)}>
      {hostName} {storeName}
    </Link>
  );
}
