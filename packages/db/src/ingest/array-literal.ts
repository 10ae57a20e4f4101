/**
 * Numbers, times, ids and arrays of numbers as one array literal of Postgres: `{1,null}`, `{"{1,2}","{3}"}`. The
 * driver's own way is several times slower on long arrays; unnest would flatten an array of arrays, which here have
 * different lengths. JSON quotes such values just as Postgres wants them; names go through `textArray`.
 */
export function arrayText(values: readonly (number | string | null)[]): string {
  return `{${JSON.stringify(values).slice(1, -1)}}`;
}

/** Any text as one array literal of Postgres. */
export function textArray(values: readonly (string | null)[]): string {
  const elements = values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`));
  return `{${elements.join(',')}}`;
}
