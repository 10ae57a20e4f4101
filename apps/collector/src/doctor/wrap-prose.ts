import { columnsOf } from '../once/columns.ts';

/** A character that may begin a line: Chinese, Japanese and Korean have no spaces to break at. */
const IDEOGRAPH = /[\u{2e80}-\u{2fff}\u{3040}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{20000}-\u{3fffd}]/u;
/** What stands at the end of a line and never at the beginning of one. */
const CLOSING = /[，。、；：！？）》」』”’…]/u;

/** A figure and its unit stay on one line: `904.6 MiB`, `20 %`. */
const BEFORE_UNIT = /(?<=\d) (?=(?:[KMGTP]i)?B\b|%)/g;
const NO_BREAK_SPACE = '\u{a0}';

/** Pieces that are never broken, with the space before them. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let last = '';
  for (const character of text) {
    const before = pieces.length - 1;
    const isNew = pieces.length === 0 || (character === ' ' && last !== ' ') || isBreak(last, character);
    if (isNew) pieces.push(character);
    else pieces[before] += character;
    last = character;
  }
  return pieces;
}

const isBreak = (before: string, after: string): boolean =>
  before !== ' ' &&
  !CLOSING.test(after) &&
  (IDEOGRAPH.test(after) ? !/[（《「『“‘]/.test(before) : IDEOGRAPH.test(before) || CLOSING.test(before));

/** Sentences in lines of so many columns. A word that is longer, a path of a host, is broken where the line ends. */
export function wrapProse(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text.trim().replace(BEFORE_UNIT, NO_BREAK_SPACE))) {
    if (columnsOf(line) + columnsOf(piece) <= columns) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    line = piece.trimStart();
    while (columnsOf(line) > columns) {
      const head = headOf(line, columns);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line].map((one) => one.trimEnd().replaceAll(NO_BREAK_SPACE, ' '));
}

function headOf(text: string, columns: number): string {
  let [head, taken] = ['', 0];
  for (const character of text) {
    taken += columnsOf(character);
    if (taken > columns && head !== '') break;
    head += character;
  }
  return head;
}

/** The same behind a mark, the further lines below its first word. */
export function hang(mark: string, text: string, columns: number): string[] {
  const indent = columnsOf(mark);
  return wrapProse(text, columns - indent).map((line, place) => (place === 0 ? mark : ' '.repeat(indent)) + line);
}
