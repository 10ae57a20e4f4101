'use client';
import { useSyncExternalStore } from 'react';

/** As `lg` in globals.css: there the detail has its place beside the list. */
const WIDE = '(min-width: 1101px)';

const subscribe = (listener: () => void) => {
  const query = window.matchMedia(WIDE);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

/** Whether two columns have room; at the server it is taken for granted. */
export const useWide = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(WIDE).matches,
    () => true,
  );
