'use client';
import { RESOURCES, type ResourceFill, SERIES, stateOfFill } from '@silt/domain';
import { useLocale, useTranslations } from 'use-intl';
import { formatFill, formatQuantity } from '../../shared/format/quantity.ts';
import { Meter } from '../../shared/ui/meter.tsx';

interface FillLineProps {
  fill: ResourceFill;
  /** The host is silent: what was read last is shown hatched. */
  unknown: boolean;
}

export function FillLine({ fill, unknown }: FillLineProps) {
  const t = useTranslations();
  const locale = useLocale();
  const { unit } = SERIES[RESOURCES[fill.resource].used];
  const part = formatQuantity(fill.used, unit, locale);
  const whole = formatQuantity(fill.capacity, unit, locale);
  return (
    <li>
      <div className="mb-1 flex justify-between gap-3 text-2xs text-fg-2">
        <span>{t(`resource.${fill.resource}`)}</span>
        <span>
          {t('common.of', { part, whole })} · {formatFill(fill.fill, locale)}
        </span>
      </div>
      <div className="flex">
        <Meter fill={fill.fill} state={unknown ? 'unknown' : stateOfFill(fill.fill)} />
      </div>
    </li>
  );
}
