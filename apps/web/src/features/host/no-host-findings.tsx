'use client';
import { useTranslations } from 'use-intl';
import { useBlindness } from './use-host-findings.ts';

/** Why no finding stands: nothing is wrong as far as the rules can tell, or they were not asked yet. */
export function NoHostFindings({ hostId }: { hostId: string }) {
  const t = useTranslations();
  const { data, errorUpdateCount } = useBlindness(hostId);
  // That it was not judged, or without an inventory, stands beneath.
  if (data && (data.judgedAt === null || data.surveyedAt === null)) return null;
  if (!data && errorUpdateCount === 0)
    return (
      <p className="card-body">
        <span className="skeleton block h-3.5 w-1/2" role="img" aria-label={t('common.loading')} />
      </p>
    );
  return <p className="card-body text-fg-2">{t(data ? 'findingCards.none' : 'findingCards.noneStands')}</p>;
}
