'use client';
import type { LiveChange } from '@silt/domain';
import { type Query, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { isTouched } from './touched-query.ts';

const WAIT_FOR_READ_MILLISECONDS = 250;
/** A read that failed is not made again before this, whatever changes. */
const AFTER_FAILURE_MILLISECONDS = 10_000;
/** Changes kept while a read is under way; beyond that all is read again. */
const MAX_PENDING_CHANGES = 100;

/**
 * Reads again what is on the screen and touched by a change. A read under way is let finish first and then made anew,
 * so that a stream of changes neither starves a slow read nor loses the last change.
 */
export function useRefresh(): (change: LiveChange) => void {
  const queries = useQueryClient();
  const pending = useRef<LiveChange[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useCallback(() => {
    const now = Date.now();
    const touched = (query: Query): boolean =>
      now - query.state.errorUpdatedAt >= AFTER_FAILURE_MILLISECONDS &&
      pending.current.some((change) => isTouched(query.queryKey, query.state.dataUpdatedAt, change, now));
    const reading = queries.getQueryCache().findAll({ type: 'active', fetchStatus: 'fetching', predicate: touched });
    if (reading.length > 0) {
      timer.current = setTimeout(flush, WAIT_FOR_READ_MILLISECONDS);
      return;
    }
    const changed = new Set(queries.getQueryCache().findAll({ predicate: touched }));
    pending.current = [];
    timer.current = undefined;
    void queries.invalidateQueries({ predicate: (query) => changed.has(query) });
  }, [queries]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (change) => {
      if (pending.current.length >= MAX_PENDING_CHANGES) pending.current = [{ kind: 'many' }];
      pending.current.push(change);
      if (timer.current === undefined) flush();
    },
    [flush],
  );
}
