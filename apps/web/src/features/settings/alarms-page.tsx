'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { Failure } from '../../shared/ui/failure.tsx';
import { CardSkeleton } from '../../shared/ui/skeleton.tsx';
import { SettingsNav } from './settings-nav.tsx';
import { TagSettingForm } from './tag-setting-form.tsx';
import { TagSettingsCard } from './tag-settings-card.tsx';

const SKELETON_ROWS = 3;

/** What the form is about: a new one for each turn. */
interface FormTurn {
  /** null = a tag that has no setting yet. */
  tag: string | null;
  turn: number;
  /** The one before it was saved. */
  isSaved: boolean;
}

/** How far alarms look ahead and how often collectors read, by tag. */
export function AlarmsPage() {
  const t = useTranslations();
  const trpc = useTRPC();
  const session = useQuery(trpc.session.current.queryOptions());
  const role = session.data?.role ?? null;
  return (
    <>
      <SettingsNav current="alarms" />
      <div className="mb-4">
        <p className="mb-1 text-xs text-fg-3">{t('common.settings')}</p>
        <h1 className="text-xl font-semibold tracking-tight">{t('alarms.title')}</h1>
        <p className="mt-0.5 max-w-[80ch] text-fg-2">{t('alarms.about')}</p>
        {role === 'member' && <p className="mt-0.5 text-fg-2">{t('alarms.memberOnly')}</p>}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <TagSettings mayChange={role === 'owner' || role === 'admin'} />
      </div>
    </>
  );
}

function TagSettings({ mayChange }: { mayChange: boolean }) {
  const t = useTranslations('alarms');
  const trpc = useTRPC();
  const list = useQuery(trpc.tagSettings.list.queryOptions());
  const [form, setForm] = useState<FormTurn>({ tag: null, turn: 0, isSaved: false });
  const turnTo = (tag: string | null, isSaved = false): void =>
    setForm(({ turn }) => ({ tag, turn: turn + 1, isSaved }));
  if (!list.data)
    return list.errorUpdateCount > 0 ? (
      <Failure error={list.error} retry={() => void list.refetch()} retrying={list.isFetching} />
    ) : (
      <CardSkeleton rows={SKELETON_ROWS} />
    );
  return (
    <>
      <TagSettingsCard list={list.data} change={mayChange ? turnTo : null} />
      <p role="status" className="text-fg-2 empty:hidden">
        {form.isSaved && t('saved')}
      </p>
      {mayChange && (
        <TagSettingForm
          key={form.turn}
          list={list.data}
          changed={list.data.settings.find(({ tag }) => tag === form.tag) ?? null}
          takesFocus={form.turn > 0}
          onSaved={() => turnTo(null, true)}
          onLeft={() => turnTo(null)}
        />
      )}
    </>
  );
}
