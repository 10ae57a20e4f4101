import { type Logger, pino } from 'pino';

export type { Logger };

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const STDERR = 2;

/**
 * A log of JSON lines on stderr, so that a program's own output stays clean. LOG_LEVEL sets the level (`info`); it is
 * read here, as it is the same for every program.
 */
export function createLogger(name: string): Logger {
  const wanted = process.env.LOG_LEVEL ?? '';
  const level = LEVELS.includes(wanted) ? wanted : 'info';
  return pino(
    { name, level, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: STDERR, sync: true }),
  );
}
