const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
const CONTROL = /\p{Cc}/u;

/**
 * One word for a POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2). What holds control characters is written with
 * $'…', which bash, zsh and busybox read and dash does not: a line that a terminal would garble is worse.
 */
export function shellQuote(word: string): string {
  if (PLAIN.test(word) && !word.startsWith('-')) return word;
  if (!CONTROL.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/[\\']/g, '\\$&').replace(/\p{Cc}/gu, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `$'${escaped}'`;
}

/** A command line of words, each quoted where it must be. A word that begins with `-` is taken for an option: put names after `--` or `./`. */
export const shellLine = (...words: readonly string[]): string =>
  words.map((word) => (word.startsWith('-') && PLAIN.test(word) ? word : shellQuote(word))).join(' ');
