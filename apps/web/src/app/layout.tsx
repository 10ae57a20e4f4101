import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { readPreferences } from '../server/preferences.ts';
import { IntlShell } from '../shared/intl/intl-shell.tsx';
import { MESSAGES } from '../shared/intl/messages.ts';
import './globals.css';

export const metadata: Metadata = { title: { default: 'Silt', template: '%s · Silt' } };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { locale, theme, timeZone } = await readPreferences();
  return (
    <html lang={locale} className={theme ?? undefined} suppressHydrationWarning>
      <body>
        <IntlShell locale={locale} messages={MESSAGES[locale]} timeZone={timeZone} now={Date.now()}>
          {children}
        </IntlShell>
      </body>
    </html>
  );
}
