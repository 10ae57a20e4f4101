/** Control, format, unassigned and private characters, lone surrogates, and what ends a line. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A name of a host may hold what moves a terminal's cursor or turns the text around: shown as its code, `\u{1b}`. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** The same value with every text in it printable. Texts that differ still differ, so that keys still join. */
export function printableAll<Value>(value: Value): Value;
export function printableAll(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map((one) => printableAll(one));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, printableAll(one)]));
}
