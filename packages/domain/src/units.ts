const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const MINUS = '−';

/** `588.4 GiB`: binary units, three to four significant digits, the typographic minus. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1023.95 && unit < BINARY.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 999.95 ? 0 : value >= 99.95 ? 1 : value >= 9.995 ? 1 : 2;
  return `${bytes < 0 ? MINUS : ''}${value.toFixed(digits)} ${BINARY[unit]}`;
}

/** `+4.61 GiB`, `−96.0 MiB`, `0 B`. */
export function formatSignedBytes(bytes: number): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}
