import type { ReactNode } from 'react';
import { TopBar } from '../../features/session/top-bar.tsx';
import { readPreferences } from '../../server/preferences.ts';
import { requireSession } from '../../server/session.ts';
import { serverTranslator } from '../../server/translator.ts';
import { ApiShell } from '../../shared/api/api-shell.tsx';
import { StaleNotice } from '../../shared/live/stale-notice.tsx';

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const [session, { theme }, t] = await Promise.all([requireSession(), readPreferences(), serverTranslator()]);
  return (
    <ApiShell>
      <a className="btn sr-only z-20 focus:not-sr-only focus:absolute focus:m-2" href="#content">
        {t('common.skip')}
      </a>
      <TopBar session={session} theme={theme} />
      <main id="content" className="mx-auto max-w-[1760px] px-6 pt-6 pb-12 max-md:px-3 max-md:pt-4">
        <StaleNotice />
        {children}
      </main>
    </ApiShell>
  );
}
