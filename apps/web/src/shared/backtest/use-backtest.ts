'use client';
import type { BacktestRequest, BacktestView } from '@silt/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';

/** How often one that is not done is looked at. */
const LOOK_MILLISECONDS = 1_000;
/** After an answer did not come. */
const AFTER_FAILURE_MILLISECONDS = 5_000;

export interface BacktestState {
  start(request: BacktestRequest): void;
  /** undefined = none was started, or nothing is known of it yet. */
  view: BacktestView | undefined;
  /** The worker has been asked, so that an error is one of looking. */
  isAsked: boolean;
  /** It is asked for, waits or runs. */
  isUnderWay: boolean;
  /** Of the start, or of looking at it; null = none. */
  error: unknown;
  /** tRPC's code of `error`; undefined = no answer came. */
  errorCode: string | undefined;
}

/** Asks the worker for a replay, and looks at it until it is done. */
export function useBacktest(): BacktestState {
  const trpc = useTRPC();
  const asked = useMutation(trpc.backtest.start.mutationOptions());
  const backtestId = asked.data?.backtestId;
  const read = useQuery({
    ...trpc.backtest.get.queryOptions({ backtestId: backtestId ?? '' }),
    enabled: backtestId !== undefined,
    refetchInterval: ({ state }) => {
      if (state.error?.data?.code === 'NOT_FOUND') return false;
      if (state.status === 'error') return AFTER_FAILURE_MILLISECONDS;
      return isUnfinished(state.data) && LOOK_MILLISECONDS;
    },
  });
  const view = read.data;
  const error = asked.error ?? read.error;
  return {
    start: (request) => asked.mutate(request),
    view,
    isAsked: backtestId !== undefined,
    isUnderWay: asked.isPending || (backtestId !== undefined && error === null && isUnfinished(view)),
    error,
    errorCode: error?.data?.code,
  };
}

const isUnfinished = (view: BacktestView | undefined): boolean =>
  view === undefined || view.state === 'waiting' || view.state === 'running';
