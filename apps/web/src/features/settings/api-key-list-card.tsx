'use client';
import type { ApiKeyRow } from '@silt/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Ago, LocalTime } from '../../shared/intl/moment.tsx';
import { Failure } from '../../shared/ui/failure.tsx';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { ConfirmChange } from './confirm-change.tsx';

const COLUMNS = ['name', 'key', 'user', 'state', 'created', 'expires', 'used'] as const;

/** One's own keys; of owners and admins all of the organisation's. */
export function ApiKeyListCard() {
  const t = useTranslations('apiKeys');
  const trpc = useTRPC();
  const list = useQuery(trpc.apiKeys.list.queryOptions());
  const session = useQuery(trpc.session.current.queryOptions());
  const [revoking, setRevoking] = useState<ApiKeyRow | null>(null);
  if (!list.data)
    return list.errorUpdateCount > 0 ? (
      <Failure error={list.error} retry={() => void list.refetch()} retrying={list.isFetching} />
    ) : (
      <CardSkeleton rows={1} />
    );
  const { keys, total } = list.data;
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('list')}</h2>
        <span className="text-xs text-fg-3">{session.data?.role === 'member' ? t('own') : t('all')}</span>
      </header>
      {keys.length === 0 ? (
        <p className="card-body text-fg-2">{t('none')}</p>
      ) : (
        <ScrollRegion label={t('list')}>
          <table className="w-full border-collapse">
            <thead>
              <tr>
                {COLUMNS.map((column) => (
                  <th key={column} className="head-cell">
                    {t(`column.${column}`)}
                  </th>
                ))}
                <th className="head-cell text-right">{t('column.actions')}</th>
              </tr>
            </thead>
            <tbody className="[&>tr:last-child>td]:border-b-0">
              {keys.map((key) => (
                <KeyLine key={key.keyId} row={key} revoke={() => setRevoking(key)} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {total > keys.length && <p className="px-4 py-2 text-fg-3">{t('shownOf', { shown: keys.length, total })}</p>}
      {revoking && <RevokeKey row={revoking} onClosed={() => setRevoking(null)} />}
    </section>
  );
}

function KeyLine({ row, revoke }: { row: ApiKeyRow; revoke(): void }) {
  const t = useTranslations('apiKeys');
  const { name, start, user, state, createdAt, expiresAt, lastUsedAt } = row;
  return (
    <tr>
      <td className="body-cell font-medium">{name}</td>
      <td className="body-cell">
        <code>{start}…</code>
      </td>
      <td className="body-cell">{user.isSelf ? t('you', { name: user.name }) : user.name}</td>
      <td className="body-cell">
        <span className="inline-flex items-center gap-1.5 font-medium">
          <StateGlyph state={state === 'good' ? 'ok' : 'unknown'} />
          {t(`state.${state}`)}
        </span>
      </td>
      <td className="body-cell">
        <LocalTime at={createdAt} />
      </td>
      <td className="body-cell">
        {expiresAt === null ? <span className="font-semibold">{t('noEnd')}</span> : <LocalTime at={expiresAt} />}
      </td>
      <td className="body-cell text-fg-2">{lastUsedAt === null ? t('never') : <Ago at={lastUsedAt} />}</td>
      <td className="body-cell text-right max-md:py-1">
        {state === 'good' && (
          <button type="button" className="btn btn-small" aria-label={t('revokeOf', { name })} onClick={revoke}>
            {t('revoke')}
          </button>
        )}
      </td>
    </tr>
  );
}

function RevokeKey({ row, onClosed }: { row: ApiKeyRow; onClosed(): void }) {
  const t = useTranslations('apiKeys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.apiKeys.revoke.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.apiKeys.pathKey() }),
    }),
  );
  return (
    <ConfirmChange
      title={t('revokeTitle', { name: row.name })}
      text={t('revokeText')}
      action={t('revoke')}
      run={() => revoke.mutateAsync({ keyId: row.keyId })}
      pending={revoke.isPending}
      error={revoke.error}
      onClosed={onClosed}
    />
  );
}
