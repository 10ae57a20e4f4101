import { createHash } from 'node:crypto';

/** sha256 (hex) of `silt:` and the id: tells the host again without giving the id away. */
export function hashMachineId(id: string): string {
  return createHash('sha256').update(`silt:${id}`).digest('hex');
}

/** machine-id(5): 32 hexadecimal digits; null = not set up (empty, `uninitialized`, all zero) or something else. */
export function parseMachineId(text: string): string | null {
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : null;
}

/** DMI product_uuid; null = not filled in by the maker of the board. */
export function parseProductUuid(text: string): string | null {
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) && !/^[0f-]+$/.test(id) ? id : null;
}

/** PRETTY_NAME of os-release(5), unquoted as a shell would; null = not in it. */
export function parseDistribution(text: string): string | null {
  const line = text.split('\n').find((one) => one.startsWith('PRETTY_NAME='));
  const value = line?.slice('PRETTY_NAME='.length).trim();
  if (value === undefined || value === '' || value.includes('\0')) return null;
  const [, quoted] = /^"(.*)"$/.exec(value) ?? /^'(.*)'$/.exec(value) ?? [];
  return (quoted ?? value).replace(/\\(["$`\\])/g, '$1');
}

/** First number of /proc/uptime, seconds with two decimals; null = something else. */
export function parseUptimeMilliseconds(text: string): number | null {
  const seconds = /^(\d{1,12}\.\d{2}) /.exec(text)?.[1];
  return seconds === undefined ? null : Math.round(Number(seconds) * 1_000);
}

/** A file of one line that holds one name; null = empty or no name. */
export function parseName(text: string): string | null {
  const name = text.trim();
  return name === '' || name.includes('\0') || name.includes('\n') ? null : name;
}
