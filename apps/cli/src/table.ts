import { styleText } from 'node:util';

export type Style = 'red' | 'yellow' | 'green' | 'dim';

export interface Cell {
  text: string;
  style: Style | null;
}

export interface Column<Row> {
  title: string;
  /** Numbers stand to the right. */
  right?: boolean;
  cell(row: Row): string | Cell;
}

const GAP = '  ';
const widthOf = (text: string): number => [...text].length;

/**
 * Rows under their titles, aligned; each line ends with its last character.
 * @param colours whether styles are shown; else a cell is its text.
 */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], colours: boolean): string {
  const lines = rows.map((row) => columns.map((column) => cellOf(column.cell(row))));
  const widths = columns.map(({ title }, at) =>
    lines.reduce((most, line) => Math.max(most, widthOf(line[at]?.text ?? '')), widthOf(title)),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, style }, at) => {
        const space = ' '.repeat((widths[at] ?? 0) - widthOf(text));
        const shown = colours && style !== null ? styleText(style, text, { validateStream: false }) : text;
        return columns[at]?.right ? `${space}${shown}` : `${shown}${space}`;
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => cellOf(title))), ...lines.map(line)].join('\n');
}

const cellOf = (cell: string | Cell): Cell => (typeof cell === 'string' ? { text: cell, style: null } : cell);
