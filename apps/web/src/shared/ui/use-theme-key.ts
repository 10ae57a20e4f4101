'use client';
import { useSyncExternalStore } from 'react';

const DARK_QUERY = '(prefers-color-scheme: dark)';

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(DARK_QUERY);
  const observer = new MutationObserver(listener);
  query.addEventListener('change', listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => {
    query.removeEventListener('change', listener);
    observer.disconnect();
  };
}

const read = (): string => `${document.documentElement.className} ${window.matchMedia(DARK_QUERY).matches}`;

/** Changes when the colours do, for what draws them on a canvas. */
export const useThemeKey = (): string => useSyncExternalStore(subscribe, read, () => '');
