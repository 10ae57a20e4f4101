const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** Control, format and private characters, and what ends a line: a terminal would garble them, or turn the text around. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * One word for a POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2). What holds hidden characters is written with $'…'
 * and their bytes in UTF-8, which bash, zsh and busybox read and dash does not: a line that a terminal would garble is worse.
 */
export function shellQuote(word: string): string {
  if (PLAIN.test(word) && !word.startsWith('-')) return word;
  if (!HIDDEN.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/[\\']/g, '\\$&').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const bytes = [...new TextEncoder().encode(character)];
    return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `$'${escaped}'`;
}

/** A command line of words, each quoted where it must be. A word that begins with `-` is taken for an option: put names after `--` or `./`. */
export const shellLine = (...words: readonly string[]): string =>
  words.map((word) => (word.startsWith('-') && PLAIN.test(word) ? word : shellQuote(word))).join(' ');
