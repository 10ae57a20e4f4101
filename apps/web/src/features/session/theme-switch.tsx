'use client';
import { useState, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { setPreferenceCookie } from '../../shared/ui/set-cookie.ts';
import { THEME_COOKIE, type Theme } from '../../shared/ui/theme.ts';

const DARK_QUERY = '(prefers-color-scheme: dark)';

function onSystemTheme(listener: () => void): () => void {
  const query = window.matchMedia(DARK_QUERY);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

export function ThemeSwitch({ initial }: { initial: Theme | null }) {
  const t = useTranslations('topBar');
  const [chosen, setChosen] = useState(initial);
  const system = useSyncExternalStore<Theme>(
    onSystemTheme,
    () => (window.matchMedia(DARK_QUERY).matches ? 'dark' : 'light'),
    () => 'light',
  );
  const next: Theme = (chosen ?? system) === 'dark' ? 'light' : 'dark';
  const label = next === 'dark' ? t('toDark') : t('toLight');
  const change = (): void => {
    document.documentElement.classList.remove('dark', 'light');
    document.documentElement.classList.add(next);
    setPreferenceCookie(THEME_COOKIE, next);
    setChosen(next);
  };
  return (
    <button
      type="button"
      className="btn w-[30px] justify-center px-0 max-md:w-9"
      aria-label={label}
      title={label}
      onClick={change}
    >
      <svg className="size-3.5 text-fg-2" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.3" />
        <path d="M7 1.4a5.6 5.6 0 010 11.2z" fill="currentColor" />
      </svg>
    </button>
  );
}
