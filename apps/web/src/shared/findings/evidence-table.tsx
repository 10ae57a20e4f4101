'use client';
import { useFormatter, useTranslations } from 'use-intl';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { evidenceRows } from './evidence-rows.ts';

/** Beyond this many decimals a reading tells nothing. */
const NUMBER = { maximumFractionDigits: 6 } as const;

/** What the rule read, folded: plain names and values. */
export function EvidenceTable({ evidence }: { evidence: object }) {
  const t = useTranslations('findings');
  const common = useTranslations('common');
  const format = useFormatter();
  const { rows, count } = evidenceRows(evidence, {
    ...{ notRead: common('notRead'), empty: t('empty'), yes: t('yes'), no: t('no') },
    number: (value) => format.number(value, NUMBER),
  });
  if (count === 0) return <p className="text-fg-2">{t('evidenceNone')}</p>;
  return (
    <details className="group">
      <summary className="rounded-sm">
        <span className="font-semibold">{t('evidence')}</span>{' '}
        <span className="text-fg-3">{t('evidenceHint', { count })}</span>
      </summary>
      <div className="mt-2 rounded-md border border-line">
        <ScrollRegion label={t('evidence')}>
          <table className="w-full border-collapse text-xs">
            <thead>
              <tr>
                <th scope="col" className="head-cell first:pl-3">
                  {t('evidenceName')}
                </th>
                <th scope="col" className="head-cell last:pr-3">
                  {t('evidenceValue')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, value }) => (
                <tr key={name} className="border-b border-line align-top last:border-b-0">
                  <th scope="row" className="px-2 py-1 pl-3 text-left font-normal whitespace-nowrap text-fg-2">
                    <code>{name}</code>
                  </th>
                  <td className="min-w-40 px-2 py-1 pr-3 wrap-anywhere">{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
        {count > rows.length && (
          <p className="border-t border-line px-3 py-1 text-xs text-fg-3">
            {t('evidenceMore', { count: count - rows.length })}
          </p>
        )}
      </div>
    </details>
  );
}
