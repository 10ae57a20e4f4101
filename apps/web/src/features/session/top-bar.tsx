'use client';
import type { ApiOutputs } from '@silt/api';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { useTRPC } from '../../shared/api/trpc.ts';
import { LOCALE_COOKIE } from '../../shared/intl/locale.ts';
import { Logo } from '../../shared/ui/logo.tsx';
import { setPreferenceCookie } from '../../shared/ui/set-cookie.ts';
import type { Theme } from '../../shared/ui/theme.ts';
import { AccountMenu } from './account-menu.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface TopBarProps {
  session: NonNullable<ApiOutputs['session']['current']>;
  /** null = as the system has it. */
  theme: Theme | null;
}

export function TopBar({ session, theme }: TopBarProps) {
  const t = useTranslations();
  const router = useRouter();
  const path = usePathname();
  const locale = useLocale();
  const other = locale === 'en' ? 'zh-CN' : 'en';
  const switchLanguage = (): void => {
    setPreferenceCookie(LOCALE_COOKIE, other);
    router.refresh();
  };
  return (
    <header className="no-print sticky top-0 z-10 flex h-12 items-center gap-1 border-b border-line bg-bg px-6 max-md:px-3">
      <Link href="/" className="mr-3 max-md:mr-1 max-md:w-[18px] max-md:overflow-hidden">
        <Logo />
      </Link>
      <nav aria-label={t('common.main')} className="mr-auto flex gap-0.5">
        <NavLink href="/" current={path === '/'}>
          {t('common.fleet')}
        </NavLink>
        <NavLink href="/findings" current={path.startsWith('/findings')}>
          {t('findings.title')} <StandingCount />
        </NavLink>
        <NavLink href="/settings/collectors" current={path.startsWith('/settings')}>
          {t('common.settings')}
        </NavLink>
      </nav>
      <button
        type="button"
        className="btn"
        lang={other}
        title={t('topBar.switchLanguage')}
        aria-label={`${t('topBar.otherLanguage')}: ${t('topBar.switchLanguage')}`}
        onClick={switchLanguage}
      >
        {t('topBar.otherLanguage')}
      </button>
      <ThemeSwitch initial={theme} />
      <AccountMenu session={session} />
    </header>
  );
}

/** Of findings that are critical or a warning; nothing where there is none, or none was read yet. */
function StandingCount() {
  const t = useTranslations('findings');
  const format = useFormatter();
  const trpc = useTRPC();
  const { data } = useQuery(trpc.findings.counts.queryOptions());
  const count = data ? data.critical + data.warning : 0;
  if (count === 0) return null;
  const text = format.number(count);
  return (
    <span className="font-normal text-fg-3" title={t('navCount', { count: text })}>
      {text}
    </span>
  );
}

function NavLink({ href, current, children }: { href: string; current: boolean; children: ReactNode }) {
  return (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      className="rounded-md px-2.5 py-1 font-medium text-fg-2 hover:bg-hover whitespace-nowrap hover:text-fg aria-[current]:bg-sel aria-[current]:text-fg max-md:px-2"
    >
      {children}
    </Link>
  );
}
