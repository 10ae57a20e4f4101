'use client';
import Link from 'next/link';
import { useTranslations } from 'use-intl';

const PAGES = {
  collectors: '/settings/collectors',
  alarms: '/settings/alarms',
  apiKeys: '/settings/api-keys',
} as const;
type SettingsPage = keyof typeof PAGES;

/** From one page of the settings to another. */
export function SettingsNav({ current }: { current: SettingsPage }) {
  const t = useTranslations('settingsNav');
  return (
    <nav aria-label={t('label')} className="mb-4 flex gap-0.5">
      {(Object.keys(PAGES) as SettingsPage[]).map((page) => (
        <Link
          key={page}
          href={PAGES[page]}
          aria-current={page === current ? 'page' : undefined}
          className="rounded-md px-2.5 py-1 font-medium text-fg-2 hover:bg-hover hover:text-fg aria-[current]:bg-sel aria-[current]:text-fg"
        >
          {t(page)}
        </Link>
      ))}
    </nav>
  );
}
