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

/**
 * `DS920+` of /proc/sys/kernel/syno_hw_version, which Synology's kernel alone has (github.com/007revad scripts), and
 * /etc.defaults/VERSION, lines of `name="value"` with os_name, productversion and buildnumber. Not seen in a capture.
 */
export function synologyOf(model: string | null, version: string | null): string | null {
  const system = version === null ? null : synologySystem(version);
  const hardware = model === null ? null : parseName(model);
  if (hardware === null && system === null) return null;
  return shown(['Synology', hardware].filter((part) => part !== null).join(' '), system);
}

function synologySystem(version: string): string | null {
  const [product, build] = [quotedValue(version, 'productversion'), quotedValue(version, 'buildnumber')];
  if (product === null) return null;
  return `${quotedValue(version, 'os_name') ?? 'DSM'} ${product}${build === null ? '' : `-${build}`}`;
}

/**
 * /etc/config/uLinux.conf of QNAP: `Model` and `Version` of its section System, which getcfg reads in any case. Others
 * put an empty one there to pass for QNAP (github.com/tailscale on Unraid). Not seen in a capture.
 */
export function parseQnap(text: string): string | null {
  const [, section = ''] = /(?:^|\n)\[system\][ \t]*\n([^[]*)/i.exec(text) ?? [];
  const value = (key: string): string | null =>
    parseName(new RegExp(`(?:^|\\n)${key}[ \\t]*=([^\\n]*)`, 'i').exec(section)?.[1] ?? '');
  const model = value('Model');
  const version = value('Version');
  return model === null ? null : shown(`QNAP ${model}`, version === null ? null : `QTS ${version}`);
}

/** `version="7.0.1"` of /etc/unraid-version (github.com/unraid/webgui reads it). Not seen in a capture. */
export function parseUnraid(text: string): string | null {
  const version = quotedValue(text, 'version');
  return version === null ? null : shown(`Unraid ${version}`, null);
}

/**
 * /etc/version of TrueNAS: `25.04.0`, before it `TrueNAS-SCALE-22.12`. Other systems have a file of that name, so that a
 * number alone counts where TrueNAS' own program is there (github.com/tailscale, distro.go). Not seen in a capture.
 */
export function trueNasOf(version: string | null, hasProgram: boolean): string | null {
  const word = version === null ? null : parseName(version);
  if (word?.startsWith('TrueNAS-')) return shown(word, null);
  if (!hasProgram) return null;
  return shown(['TrueNAS', word].filter((part) => part !== null).join(' '), null);
}

const quotedValue = (text: string, name: string): string | null =>
  parseName(new RegExp(`(?:^|\\n)${name}="([^"\\n]*)"`).exec(text)?.[1] ?? '');

const MAX_VENDOR_CHARACTERS = 128;

const shown = (hardware: string, system: string | null): string =>
  `${hardware}${system === null ? '' : `, ${system}`}`.replace(/\p{Cc}/gu, ' ').slice(0, MAX_VENDOR_CHARACTERS);
