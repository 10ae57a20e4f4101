/**
 * The balance job of btrfsmaintenance (github.com/kdave/btrfsmaintenance, btrfs-balance.sh), as it is set up on the host. A value
 * is empty where nothing sets it, and null where a shell alone could tell what it comes to.
 */
export interface BtrfsMaintenance {
  /** Its configuration, in the order that its scripts read it: what a later file sets holds. Empty = it is not installed. */
  configurationFiles: string[];
  /** Timers and cron entries that start the balance, as paths. Empty = none is on. */
  balanceSchedules: string[];
  /** BTRFS_BALANCE_PERIOD: `none`, `weekly`, a calendar event of systemd. What starts it is in `balanceSchedules`. */
  balancePeriod: string | null;
  /** BTRFS_BALANCE_MOUNTPOINTS; `auto` alone = every btrfs that is mounted. */
  balanceMountPoints: string[] | null;
  /** BTRFS_BALANCE_MUSAGE: percentages, by spaces. */
  balanceMetadataUsages: string | null;
}
