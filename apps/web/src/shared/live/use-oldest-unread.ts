'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';

/** When the oldest was read of what is on the screen and could not be read again; null = all could. */
export function useOldestUnread(): number | null {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  const read = (): number | null => {
    const old = cache
      .findAll({ type: 'active', predicate: ({ state }) => state.status === 'error' })
      .map(({ state }) => state.dataUpdatedAt)
      .filter((at) => at > 0);
    return old.length > 0 ? Math.min(...old) : null;
  };
  return useSyncExternalStore(subscribe, read, () => null);
}
