'use client';
import type { BacktestAlarm, BacktestFill } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { useZonedText } from '../as-of/zoned-moment.tsx';
import { AlarmKindGlyph, KIND_COLOURS } from './alarm-kind-mark.tsx';
import { type StripRange, stripPlace } from './strip-place.ts';

interface AlarmStripProps {
  range: StripRange;
  alarms: readonly BacktestAlarm[];
  fills: readonly BacktestFill[];
}

/** No alarm may vanish; per cent. */
const MIN_PERCENT = 0.4;

/** When alarms would have been up, and when it was full. The list below has the same in words. */
export function AlarmStrip({ range, alarms, fills }: AlarmStripProps) {
  const t = useTranslations('backtest');
  const zoned = useZonedText();
  const label = t('strip', { from: zoned(range.from), to: zoned(range.to) });
  return (
    <div role="img" aria-label={label}>
      <div className="relative h-9 border-b border-line-2" aria-hidden="true">
        {alarms.map((alarm) => {
          const [left, right] = [stripPlace(alarm.raisedAt, range), stripPlace(alarm.clearedAt ?? range.to, range)];
          return (
            <span key={`${alarm.storeKey} ${alarm.hostId} ${alarm.raisedAt}`}>
              <span
                className={`absolute bottom-0 h-2.5 bg-current opacity-50 ${KIND_COLOURS[alarm.kind]}`}
                style={{ left: `${left}%`, width: `${Math.max(MIN_PERCENT, right - left)}%` }}
              />
              <span className="absolute bottom-3.5 -translate-x-1/2" style={{ left: `${left}%` }}>
                <AlarmKindGlyph kind={alarm.kind} />
              </span>
            </span>
          );
        })}
        {fills.map(({ hostId, storeKey, fullAt }) => (
          <span
            key={`${hostId} ${storeKey} ${fullAt}`}
            className="absolute inset-y-0 border-l-2 border-crit"
            style={{ left: `${stripPlace(fullAt, range)}%` }}
          />
        ))}
      </div>
      <div className="flex justify-between pt-1 text-xs text-fg-3" aria-hidden="true">
        <span>{zoned(range.from)}</span>
        <span>{zoned(range.to)}</span>
      </div>
    </div>
  );
}
