/** Least severe first; the numbers are pino's. */
export const LOG_LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: Infinity } as const;

export type LogLevel = keyof typeof LOG_LEVELS;

/** LOG_LEVEL, which is the same for every program; `info` unless it is one of the levels. */
export function logLevel(): LogLevel {
  const wanted = process.env.LOG_LEVEL ?? '';
  return Object.hasOwn(LOG_LEVELS, wanted) ? (wanted as LogLevel) : 'info';
}
