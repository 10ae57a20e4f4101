'use client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { IntlProvider } from 'use-intl';
import type { Messages } from '../../messages/en.ts';
import { setPreferenceCookie } from '../ui/set-cookie.ts';
import type { Locale } from './locale.ts';
import { TIME_ZONE_COOKIE } from './time-zone.ts';

const TICK_MILLISECONDS = 1_000;
const NowContext = createContext(0);
const unchanging = () => () => {};

/** Milliseconds since the epoch, renewed every second. */
export const useNow = (): number => useContext(NowContext);

interface IntlShellProps {
  locale: Locale;
  messages: Messages;
  /** What the server rendered with; the browser's own zone takes over after hydration. */
  timeZone: string;
  /** The server's clock at rendering, so that both sides say the same "6 seconds ago". */
  now: number;
  children: ReactNode;
}

export function IntlShell({ locale, messages, timeZone, now, children }: IntlShellProps) {
  const zone = useSyncExternalStore(
    unchanging,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => timeZone,
  );
  useEffect(() => setPreferenceCookie(TIME_ZONE_COOKIE, zone), [zone]);
  return (
    <IntlProvider locale={locale} messages={messages} timeZone={zone}>
      <Clock start={now}>{children}</Clock>
    </IntlProvider>
  );
}

/** Apart from the shell, so that a tick renders nothing but what reads the clock. */
function Clock({ start, children }: { start: number; children: ReactNode }) {
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}
