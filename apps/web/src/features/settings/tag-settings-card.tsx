'use client';
import type { TagSettingList, TagSettingRow } from '@silt/domain';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { ConfirmChange } from './confirm-change.tsx';
import { useTagSettingChange } from './use-tag-setting-change.ts';

const NUMBERS = ['hosts', 'horizon', 'fast', 'slow'] as const;

interface TagSettingsCardProps {
  list: TagSettingList;
  /** Puts the setting of a tag into the form; null = the reader may not change it. */
  change: ((tag: string) => void) | null;
}

/** All settings, that of every host first, and which of them wins. */
export function TagSettingsCard({ list: { settings, builtIn }, change }: TagSettingsCardProps) {
  const t = useTranslations('alarms');
  const [removed, setRemoved] = useState<TagSettingRow | null>(null);
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('list')}</h2>
        <span className="text-fg-3">{t('tagCount', { count: settings.length - 1 })}</span>
      </header>
      <ScrollRegion label={t('list')}>
        <table className="w-full border-collapse">
          <thead>
            <tr>
              <th className="head-cell">{t('column.tag')}</th>
              {NUMBERS.map((column) => (
                <th key={column} className="head-cell text-right">
                  {t(`column.${column}`)}
                </th>
              ))}
              {change && <th className="head-cell text-right">{t('column.actions')}</th>}
            </tr>
          </thead>
          <tbody>
            {settings.map((row) => (
              <SettingLine key={row.tag} row={row} builtIn={builtIn} change={change} remove={() => setRemoved(row)} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <div className="grid max-w-[88ch] gap-1 px-4 py-3 text-fg-2 max-md:px-3">
        <p>{t('wins')}</p>
        <p>{t.rich('ownBeat', { code: (words) => <code>{words}</code> })}</p>
      </div>
      {removed && <RemoveSetting row={removed} onClosed={() => setRemoved(null)} />}
    </section>
  );
}

interface SettingLineProps {
  row: TagSettingRow;
  builtIn: TagSettingList['builtIn'];
  change: TagSettingsCardProps['change'];
  remove(): void;
}

function SettingLine({ row, builtIn, change, remove }: SettingLineProps) {
  const t = useTranslations('alarms');
  const { tag, hosts, horizonDays, fastBeatSeconds, slowBeatSeconds } = row;
  const isEvery = tag === '';
  const days = (count: number): string => t('days', { days: count });
  const seconds = (count: number): string => t('seconds', { seconds: count });
  const isSet = horizonDays !== null || fastBeatSeconds !== null || slowBeatSeconds !== null;
  return (
    <tr data-tag={tag}>
      <td className="body-cell">
        {isEvery ? <span className="font-medium">{t('everyHost')}</span> : <span className="tag">{tag}</span>}
      </td>
      <td className="body-cell text-right">
        {hosts === 0 ? <span className="text-fg-3">{t('noHosts')}</span> : hosts}
      </td>
      <ValueCell value={horizonDays} builtIn={isEvery ? builtIn.horizonDays : null} words={days} />
      <ValueCell value={fastBeatSeconds} builtIn={isEvery ? builtIn.fastBeatSeconds : null} words={seconds} />
      <ValueCell value={slowBeatSeconds} builtIn={isEvery ? builtIn.slowBeatSeconds : null} words={seconds} />
      {change && (
        <td className="body-cell text-right max-md:py-1">
          <span className="inline-flex gap-1.5">
            <button
              type="button"
              className="btn btn-small"
              aria-label={t('changeOf', { name: isEvery ? t('everyHost') : tag })}
              onClick={() => change(tag)}
            >
              {t('change')}
            </button>
            {(!isEvery || isSet) && (
              <button
                type="button"
                className="btn btn-small"
                aria-label={isEvery ? t('resetOf') : t('removeOf', { tag })}
                onClick={remove}
              >
                {isEvery ? t('reset') : t('remove')}
              </button>
            )}
          </span>
        </td>
      )}
    </tr>
  );
}

interface ValueCellProps {
  /** null = not set. */
  value: number | null;
  /** null = what is not set is as for every host. */
  builtIn: number | null;
  words(value: number): string;
}

function ValueCell({ value, builtIn, words }: ValueCellProps) {
  const t = useTranslations('alarms');
  if (value !== null) return <td className="body-cell text-right">{words(value)}</td>;
  return (
    <td className="body-cell text-right">
      {builtIn === null ? (
        <span className="text-fg-3">{t('asEveryHost')}</span>
      ) : (
        <>
          <span className="mr-1.5 text-xs text-fg-3">{t('builtIn')}</span>
          {words(builtIn)}
        </>
      )}
    </td>
  );
}

function RemoveSetting({ row: { tag, hosts }, onClosed }: { row: TagSettingRow; onClosed(): void }) {
  const t = useTranslations('alarms');
  const trpc = useTRPC();
  const changed = useTagSettingChange();
  const remove = useMutation(trpc.tagSettings.remove.mutationOptions({ onSettled: changed }));
  const isEvery = tag === '';
  return (
    <ConfirmChange
      title={isEvery ? t('resetTitle') : t('removeTitle', { tag })}
      text={isEvery ? t('resetText') : t('removeText', { hosts })}
      action={isEvery ? t('reset') : t('remove')}
      run={() => remove.mutateAsync({ tag })}
      pending={remove.isPending}
      error={remove.error}
      onClosed={onClosed}
    />
  );
}
