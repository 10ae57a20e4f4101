import { type BlockDevice, formatBytes } from '@silt/domain';
import type { Paint } from './paint.ts';
import { shortName, shortPath } from './shorten.ts';

/** What the makers of device mapper devices begin their uuids with (libdevmapper, lib/activate and its users). */
const DM_KINDS: readonly (readonly [prefix: string, words: string])[] = [
  ['LVM-', 'logical volume'],
  ['CRYPT-', 'encrypted'],
  ['mpath-', 'multipath'],
];

/** `sda  1.82 TiB  hard disk  WDC WD20EFRX`. */
export function deviceWords(device: BlockDevice, paint: Paint): string {
  const { sizeBytes, readOnly, loop, md, model, dm } = device;
  const words = [paint('strong', deviceName(device))];
  words.push(sizeBytes === null ? 'size not read' : formatBytes(sizeBytes), kindWords(device));
  if (model !== null) words.push(shortName(model));
  if (loop !== null) words.push(shortPath(loop.backingFile));
  if (loop?.deleted === true) words.push(paint('warning', 'deleted'));
  if (md?.state != null) words.push(shortName(md.state));
  if (md?.degradedDevices) words.push(paint('critical', `lacks ${md.degradedDevices} of ${md.raidDevices ?? '?'}`));
  if (dm?.suspended === true) words.push(paint('warning', 'suspended'));
  if (readOnly === true) words.push('read-only');
  return words.join('  ');
}

/** As people find it: `sda1`, or the device mapper's name. */
export const deviceName = ({ name, dm }: BlockDevice): string => shortName(dm?.name ?? name);

function kindWords({ kind, md, dm, rotational }: BlockDevice): string {
  if (kind === 'md') return shortName(md?.level ?? 'md array');
  if (kind === 'dm') return DM_KINDS.find(([prefix]) => dm?.uuid.startsWith(prefix))?.[1] ?? 'device mapper';
  if (kind === 'disk') return rotational === null ? 'disk' : rotational ? 'hard disk' : 'solid-state disk';
  return kind === 'loop' ? 'loop file' : kind;
}
