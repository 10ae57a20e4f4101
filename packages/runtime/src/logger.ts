import { type Logger, pino } from 'pino';
import { logLevel } from './log-level.ts';

export type { Logger };

const STDERR = 2;

/** A log of JSON lines on stderr, so that a program's own output stays clean. */
export function createLogger(name: string): Logger {
  return pino(
    { name, level: logLevel(), timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: STDERR, sync: true }),
  );
}
