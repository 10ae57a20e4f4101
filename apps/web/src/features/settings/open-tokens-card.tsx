'use client';
import type { OpenToken } from '@silt/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { useNow } from '../../shared/intl/intl-shell.tsx';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { ChangeProblem } from './change-problem.tsx';
import { useCollectorChange } from './use-collector-change.ts';

/** Tokens that still let a collector in. The token itself is shown once, where it is made. */
export function OpenTokensCard({ mayChange }: { mayChange: boolean }) {
  const t = useTranslations('collectors');
  const trpc = useTRPC();
  const now = useNow();
  const changed = useCollectorChange();
  const tokens = useQuery(trpc.collectors.tokens.queryOptions());
  const withdraw = useMutation(trpc.collectors.withdrawToken.mutationOptions({ onSettled: changed }));
  if (!tokens.data)
    return tokens.errorUpdateCount > 0 ? (
      <Failure error={tokens.error} retry={() => void tokens.refetch()} retrying={tokens.isFetching} />
    ) : (
      <CardSkeleton rows={1} />
    );
  const open = tokens.data.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('openTokens')}</h2>
      </header>
      {open.length === 0 ? (
        <p className="card-body text-fg-2">{t('noTokens')}</p>
      ) : (
        <ScrollRegion label={t('openTokens')}>
          <table className="w-full border-collapse">
            <thead>
              <tr>
                <th className="head-cell">{t('column.madeBy')}</th>
                <th className="head-cell">{t('column.for')}</th>
                <th className="head-cell">{t('column.validUntil')}</th>
                <th className="head-cell text-right">{t('column.used')}</th>
                {mayChange && <th className="head-cell text-right">{t('column.actions')}</th>}
              </tr>
            </thead>
            <tbody className="[&>tr:last-child>td]:border-b-0">
              {open.map((token) => (
                <tr key={token.tokenId}>
                  <td className="body-cell">{token.madeBy ?? <span className="text-fg-3">{t('madeBySilt')}</span>}</td>
                  <td className="body-cell">
                    <TokenSubject token={token} />
                  </td>
                  <td className="body-cell">
                    <LocalTime at={token.expiresAt} />
                  </td>
                  <td className="body-cell text-right">
                    {t('usesOf', { uses: token.uses, allowed: token.usesAllowed })}
                  </td>
                  {mayChange && (
                    <td className="body-cell text-right max-md:py-1">
                      <button
                        type="button"
                        className="btn btn-small"
                        disabled={withdraw.isPending}
                        onClick={() => withdraw.mutate({ tokenId: token.tokenId })}
                      >
                        {t('withdraw')}
                      </button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      <div className="px-4 py-2 empty:hidden has-[p:empty]:hidden">
        <ChangeProblem error={withdraw.error} />
      </div>
    </section>
  );
}

function TokenSubject({ token }: { token: OpenToken }) {
  const t = useTranslations('collectors');
  if (token.host) return token.host.name;
  return (
    <>
      {t('anyHost')}
      {token.tags.map((tag) => (
        <span key={tag} className="tag ml-1.5">
          {tag}
        </span>
      ))}
    </>
  );
}
