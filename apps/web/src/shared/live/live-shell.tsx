'use client';
import { useSubscription } from '@trpc/tanstack-react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { useRefresh } from './use-refresh.ts';

/** After a stream that ended for good, until a new one is tried. */
const RETRY_MILLISECONDS = 8_000;

export interface Live {
  /** `since`: when the stream was lost, milliseconds since the epoch; null while it stands. */
  lostSince: number | null;
  /** When the server was last heard, a change or a new connection; null = never yet. */
  heardAt: number | null;
  /** When the next try is due; null = the browser tries by itself, or the stream stands. */
  nextTryAt: number | null;
  tryNow(): void;
}

const LiveContext = createContext<Live>({ lostSince: null, heardAt: null, nextTryAt: null, tryNow: () => {} });
export const useLive = (): Live => useContext(LiveContext);

/** Holds the one stream of changes of a page, and reads again what a change made old. */
export function LiveShell({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const [heardAt, setHeardAt] = useState<number | null>(null);
  const [lostSince, setLostSince] = useState<number | null>(null);
  const [nextTryAt, setNextTryAt] = useState<number | null>(null);
  const started = useRef(false);
  const { status, reset } = useSubscription(
    trpc.live.changes.subscriptionOptions(undefined, {
      onStarted: () => {
        setHeardAt(Date.now());
        // What changed while there was no stream is not told again.
        if (started.current) refresh({ kind: 'many' });
        started.current = true;
      },
      onData: (change) => {
        setHeardAt(Date.now());
        refresh(change);
      },
    }),
  );
  useEffect(() => {
    if (status === 'pending') setLostSince(null);
    else setLostSince((since) => since ?? Date.now());
    if (status !== 'error' && status !== 'idle') return;
    setNextTryAt(Date.now() + RETRY_MILLISECONDS);
    const timer = setTimeout(reset, RETRY_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      setNextTryAt(null);
    };
  }, [status, reset]);
  const tryNow = () => {
    reset();
    refresh({ kind: 'many' });
  };
  return <LiveContext value={{ lostSince, heardAt, nextTryAt, tryNow }}>{children}</LiveContext>;
}
