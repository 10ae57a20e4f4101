import { cookies, headers } from 'next/headers';
import { chooseLocale, LOCALE_COOKIE, type Locale } from '../shared/intl/locale.ts';
import { readTimeZone, TIME_ZONE_COOKIE } from '../shared/intl/time-zone.ts';
import { readTheme, THEME_COOKIE, type Theme } from '../shared/ui/theme.ts';

export interface Preferences {
  locale: Locale;
  /** null = as the system has it. */
  theme: Theme | null;
  timeZone: string;
}

/** Language, theme and time zone of this request, from cookies that the browser's own switches set. */
export async function readPreferences(): Promise<Preferences> {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  return {
    locale: chooseLocale(jar.get(LOCALE_COOKIE)?.value, head.get('accept-language')),
    theme: readTheme(jar.get(THEME_COOKIE)?.value),
    timeZone: readTimeZone(jar.get(TIME_ZONE_COOKIE)?.value),
  };
}
