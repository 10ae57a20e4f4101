/** How long a replay may take, from when it is begun. */
export const BACKTEST_DEADLINE_MINUTES = 10;

/** Why a replay came to no end, as `BacktestView.failure` says it; pages have the sentence in their language by the key. */
export const BACKTEST_FAILURES = {
  'too-long': `The replay took longer than ${BACKTEST_DEADLINE_MINUTES} minutes. Choose a shorter range or fewer hosts.`,
  'too-much': 'This is too much for one replay. Choose a shorter range or fewer hosts.',
  lost: 'The worker ended three times while it replayed this. Its log has the details.',
  internal: 'Something went wrong in the worker. Its log has the details.',
} as const;
export type BacktestFailure = keyof typeof BACKTEST_FAILURES;
