'use client';
import type { StoreComparison } from '@silt/domain';
import { useLocale, useTranslations } from 'use-intl';
import { formatQuantity, formatSignedQuantity } from '../../shared/format/quantity.ts';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';

type StoreReading = StoreComparison['readings'][number];

/** Every series of the store at both moments. */
export function ReadingsCard({ readings }: { readings: readonly StoreReading[] }) {
  const t = useTranslations('compare');
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('store')}</h2>
      </header>
      <ScrollRegion label={t('store')}>
        <table className="w-full border-collapse">
          <thead>
            <tr>
              <th scope="col" className="head-cell">
                {t('reading')}
              </th>
              <th scope="col" className="head-cell text-right">
                A
              </th>
              <th scope="col" className="head-cell text-right">
                B
              </th>
              <th scope="col" className="head-cell text-right">
                {t('change')}
              </th>
            </tr>
          </thead>
          <tbody>
            {readings.map((reading) => (
              <ReadingRow key={reading.series} reading={reading} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

function ReadingRow({ reading: { series, unit, a, b } }: { reading: StoreReading }) {
  const t = useTranslations();
  const locale = useLocale();
  const text = (value: number | null): string =>
    value === null ? t('common.notRead') : formatQuantity(value, unit, locale);
  return (
    <tr>
      <th scope="row" className="body-cell h-[30px] text-left font-normal text-fg-2">
        {t(`compare.series.${series}`)}
      </th>
      <td className={`body-cell h-[30px] text-right ${a === null ? 'text-fg-3' : 'text-fg-2'}`}>{text(a)}</td>
      <td className={`body-cell h-[30px] text-right ${b === null ? 'text-fg-3' : ''}`}>{text(b)}</td>
      <td className="body-cell h-[30px] text-right font-semibold">
        {a === null || b === null ? (
          <span className="font-normal text-fg-3">{t('common.notKnown')}</span>
        ) : (
          formatSignedQuantity(b - a, unit, locale)
        )}
      </td>
    </tr>
  );
}
