import { stripVTControlCharacters } from 'node:util';

/** What a terminal of usual size, or a report, takes. */
export const MAX_COLUMNS = 110;
/** A cell beyond it stands out of its column instead of moving all others. */
const MAX_CELL_COLUMNS = 40;
const GAP = '  ';

const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns of a terminal that a text takes: none for styles and marks, two for East Asian characters. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) {
    columns += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/** Rows with each cell below the one above; a column that is empty in all of them is left out. */
export function alignRows(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, place) =>
    Math.min(MAX_CELL_COLUMNS, Math.max(...rows.map((row) => columnsOf(row[place] ?? '')))),
  );
  return rows.map((row) =>
    widths
      .flatMap((width, place) => (width === 0 ? [] : [padEnd(row[place] ?? '', width)]))
      .join(GAP)
      .trimEnd(),
  );
}

/** Lines of parts, no longer than `columns` where a part allows. */
export function wrap(parts: readonly string[], separator: string, columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last}${separator}${part}`;
    if (last === undefined || columnsOf(longer) > columns) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** A sentence behind a mark, its further lines below the first word. */
export function wrapText(mark: string, text: string): string[] {
  const indent = columnsOf(mark);
  const lines = wrap(text.split(' '), ' ', MAX_COLUMNS - indent);
  return lines.map((line, place) => (place === 0 ? mark : ' '.repeat(indent)) + line);
}
