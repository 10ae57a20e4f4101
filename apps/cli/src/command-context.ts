import { printableAll } from '@silt/domain';
import type { ApiClient } from './api-client.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  api: ApiClient;
  terminal: Terminal;
  /** Whether the answer is printed as it came, for scripts. */
  json: boolean;
}

/** Control and format characters, as `printable` knows them; the line feeds of JSON's own layout stay. */
const UNPRINTABLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;
const CODE_DIGITS = 4;

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(CODE_DIGITS, '0')}`)
    .join('');

/**
 * Prints an answer: with `--json` exactly what the API said, else its text with every name in it printable. The JSON has
 * what moves a cursor as `\u001b`, which is the same value.
 */
export function answer<Answer>(
  { terminal, json }: CommandContext,
  value: Answer,
  format: (view: Answer) => string,
): void {
  const text = json ? JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped) : format(printableAll(value));
  terminal.out(`${text}\n`);
}

/** Paragraphs, those that say nothing left out. */
export const paragraphs = (...texts: readonly (string | null)[]): string =>
  texts.filter((text) => text !== null && text !== '').join('\n\n');
