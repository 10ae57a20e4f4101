export interface CsvColumn<Row> {
  name: string;
  /** Null = not known, which is an empty field. */
  value(row: Row): string | number | boolean | null;
}

const NEEDS_QUOTES = /[",\r\n]/;

/** RFC 4180 with a line of names; lines end with a line feed alone, as the tables do. */
export function formatCsv<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => field(column.value(row))).join(','));
  return [columns.map(({ name }) => name).join(','), ...lines].join('\n');
}

function field(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
