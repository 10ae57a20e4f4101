import { formatBytes, RESOURCES, type ResourceFill, resourceFills, SERIES, type Snapshot } from '@silt/domain';

const HEAD = ['STORE', 'TYPE', 'WHAT', 'USED', 'OF', 'FILL'];
/** Columns of numbers stand to the right. */
const FIRST_NUMBER_COLUMN = 3;

/** A snapshot as a table of stores, the Docker daemons, and what each probe said. */
export function formatSnapshot({ layout, readings, probes }: Snapshot): string {
  const fills = resourceFills(layout, readings);
  const rows = layout.stores.flatMap((store) => {
    const own = fills.filter(({ storeKey }) => storeKey === store.key);
    const type = `${store.fileSystemType ?? store.kind}${store.loop === null ? '' : ` on ${store.loop.device}`}`;
    if (own.length === 0) return [[store.name, type, 'not read', '', '', '']];
    return own.map((fill, place) => [place === 0 ? store.name : '', place === 0 ? type : '', ...cells(fill)]);
  });
  const daemons = layout.daemons.map(
    ({ socket, version, storageDriver, dataRoot }) => `Docker ${version} at ${socket}: ${storageDriver} in ${dataRoot}`,
  );
  const reports = probes.map(({ probe, status, reason, durationMilliseconds }) => {
    const line = `${status.padEnd(11)} ${probe.padEnd(11)} ${durationMilliseconds.toFixed(1).padStart(8)} ms`;
    return reason === null ? line : `${line}  ${reason}`;
  });
  const parts = [rows.length === 0 ? ['No file system was read.'] : table([HEAD, ...rows]), daemons, reports];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join('\n'))
    .join('\n\n');
}

function cells({ resource, used, capacity, fill }: ResourceFill): string[] {
  const format = SERIES[RESOURCES[resource].used].unit === 'bytes' ? formatBytes : (value: number) => String(value);
  return [resource, format(used), format(capacity), `${(fill * 100).toFixed(1)} %`];
}

function table(rows: readonly string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < FIRST_NUMBER_COLUMN ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A mount point may hold what moves a terminal's cursor. */
const printable = (text: string): string => text.replace(/\p{C}/gu, '\u{FFFD}');
