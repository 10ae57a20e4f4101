/** Names to values. null as a value = it is made of something that a shell alone can tell, such as `$(date)`. */
export type ShellVariables = Map<string, string | null>;

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const BLANK = /[ \t]/;
const END = /[\n;]/;
/** Outside quotes they make more of a line than assignments (POSIX.1-2017, Shell Command Language, 2.2 and 2.4). */
const OPERATOR = /[|&<>(){}!]/;
/** What a word begins to mean with these is not in the word. */
const EXPANSION = /[$`]/;

/**
 * A file that a shell sources and that does nothing but set variables: lines of `NAME=value`, with `export` before it or not,
 * quoted or not. null = it does more, or ends within quotes: what it sets cannot be told.
 */
export function parseShellVariables(text: string): ShellVariables | null {
  if (text.includes('\0')) return null;
  const variables: ShellVariables = new Map();
  let [at, isFirst] = [0, true];
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '#') at = endOfLine(text, at);
    else if (BLANK.test(character)) at += 1;
    else if (END.test(character)) [at, isFirst] = [at + 1, true];
    else if (text.startsWith('\\\n', at)) at += 2;
    else {
      const [, name] = ASSIGNMENT.exec(text.slice(at, at + MAX_NAME_CHARACTERS)) ?? [];
      const word = wordAt(text, name === undefined ? at : at + name.length + 1);
      if (word === null) return null;
      at = word.end;
      const isExport = name === undefined && isFirst && word.value === 'export';
      if (name === undefined && !isExport) return null;
      if (name !== undefined) variables.set(name, word.value);
      isFirst = false;
    }
  }
  return variables;
}

const MAX_NAME_CHARACTERS = 256;

interface Word {
  /** null = something in it is expanded. */
  value: string | null;
  end: number;
}

/** The word from a place on, without its quotes; null = its quotes do not end, or it holds an operator. */
function wordAt(text: string, start: number): Word | null {
  let [value, isPlain, at] = ['', true, start];
  while (at < text.length) {
    const character = text.charAt(at);
    if (BLANK.test(character) || END.test(character)) break;
    if (OPERATOR.test(character)) return null;
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return null;
      value += text.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      const quoted = doubleQuotedAt(text, at + 1);
      if (quoted === null) return null;
      value += quoted.value ?? '';
      isPlain &&= quoted.value !== null;
      at = quoted.end;
    } else if (character === '\\') {
      value += text.charAt(at + 1).replace('\n', '');
      at += 2;
    } else {
      // What else `$` or a backtick begins may go on over blanks.
      if (EXPANSION.test(character) && !/^\$[A-Za-z_]/.test(text.slice(at, at + 2))) return null;
      isPlain &&= character !== '~' && !EXPANSION.test(character);
      value += character;
      at += 1;
    }
  }
  return { value: isPlain ? value : null, end: at };
}

/** Up to the closing `"`, which stands before `end`; null = there is none. */
function doubleQuotedAt(text: string, start: number): Word | null {
  let [value, isPlain] = ['', true];
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return { value: isPlain ? value : null, end: at + 1 };
    if (character === '\\' && /["$`\\\n]/.test(text.charAt(at + 1))) {
      at += 1;
      value += text.charAt(at).replace('\n', '');
    } else {
      // A command within has quotes of its own.
      if (character === '`' || text.startsWith('$(', at) || text.startsWith('${', at)) return null;
      isPlain &&= !EXPANSION.test(character);
      value += character;
    }
  }
  return null;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
