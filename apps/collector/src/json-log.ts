import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { LOG_LEVELS, type LogLevel, logLevel } from '@silt/runtime';

type Write = (fields: object, message: string) => void;
type WrittenLevel = 'info' | 'warn' | 'error';

/** What the collector says of itself. */
export type JsonLog = Readonly<Record<WrittenLevel, Write>>;

const STDERR = 2;

/**
 * Lines on stderr like those of `createLogger` of @silt/runtime, whose library takes memory for months that a handful of
 * lines is not worth: docs/adr/0016-one-file-that-loads-little.md.
 */
export function createJsonLog(name: string, level: LogLevel = logLevel()): JsonLog {
  const base = { pid: process.pid, hostname: hostname(), name };
  const writer =
    (of: WrittenLevel): Write =>
    (fields, message) => {
      if (LOG_LEVELS[of] < LOG_LEVELS[level]) return;
      const line = { level: LOG_LEVELS[of], time: new Date().toISOString(), ...base, ...fields, msg: message };
      writeLine(JSON.stringify(line, (_key, value: unknown) => (value instanceof Error ? told(value) : value)));
    };
  return { info: writer('info'), warn: writer('warn'), error: writer('error') };
}

const told = ({ name, message, stack }: Error) => ({ type: name, message, stack });

/** A log that nobody takes is no reason to end. */
function writeLine(line: string): void {
  try {
    writeSync(STDERR, `${line}\n`);
  } catch {}
}
