import type { BtrfsMaintenance } from '@silt/domain';
import type { Moment } from './moment.ts';

const NOT_INSTALLED: BtrfsMaintenance = {
  ...{ configurationFiles: [], balanceSchedules: [] },
  ...{ balancePeriod: '', balanceMountPoints: [], balanceMetadataUsages: '' },
};
/** Hosts with a btrfs on which somebody has installed it, and turned the balance on. */
const BALANCING_SHARE = 0.2;

export function btrfsMaintenanceOf(moment: Moment): BtrfsMaintenance {
  const hasBtrfs = moment.layout.stores.some(({ kind }) => kind === 'btrfs');
  if (!hasBtrfs || moment.share('btrfsmaintenance') >= BALANCING_SHARE) return NOT_INSTALLED;
  return {
    configurationFiles: ['/etc/default/btrfsmaintenance'],
    balanceSchedules: ['/etc/systemd/system/timers.target.wants/btrfs-balance.timer'],
    ...{ balancePeriod: 'weekly', balanceMountPoints: ['auto'], balanceMetadataUsages: '5' },
  };
}
