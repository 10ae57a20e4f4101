import type { BtrfsMaintenance } from '@silt/domain';
import { parseShellVariables, type ShellVariables } from './parse-shell-variables.ts';

export type BalanceSettings = Pick<BtrfsMaintenance, 'balancePeriod' | 'balanceMountPoints' | 'balanceMetadataUsages'>;

/** A calendar event of systemd, or some percentages, are of some words; a list of mount points is not. */
const MAX_WORDS_CHARACTERS = 256;
const MAX_LIST_CHARACTERS = 65_536;
const MAX_MOUNT_POINTS = 256;
/** PATH_MAX of Linux, with the NUL at its end. */
const MAX_PATH_CHARACTERS = 4_095;

/** Of the texts of /etc/sysconfig/btrfsmaintenance and /etc/default/btrfsmaintenance, in this order (btrfs-balance.sh). */
export function parseMaintenance(texts: readonly string[]): BalanceSettings {
  const set: ShellVariables = new Map();
  for (const text of texts) {
    const variables = parseShellVariables(text);
    if (variables === null) return { balancePeriod: null, balanceMountPoints: null, balanceMetadataUsages: null };
    for (const [name, value] of variables) set.set(name, value);
  }
  const textOf = (name: string, mostCharacters: number): string | null => {
    const value = set.get(name) ?? (set.has(name) ? null : '');
    return value === null || value.length > mostCharacters ? null : value.trim();
  };
  return {
    balancePeriod: textOf('BTRFS_BALANCE_PERIOD', MAX_WORDS_CHARACTERS),
    balanceMountPoints: mountPointsOf(textOf('BTRFS_BALANCE_MOUNTPOINTS', MAX_LIST_CHARACTERS)),
    balanceMetadataUsages: textOf('BTRFS_BALANCE_MUSAGE', MAX_WORDS_CHARACTERS),
  };
}

function mountPointsOf(value: string | null): string[] | null {
  const paths = value?.split(':').filter((path) => path !== '') ?? null;
  const isTooMuch =
    paths?.some(({ length }) => length > MAX_PATH_CHARACTERS) || (paths?.length ?? 0) > MAX_MOUNT_POINTS;
  return isTooMuch ? null : paths;
}
