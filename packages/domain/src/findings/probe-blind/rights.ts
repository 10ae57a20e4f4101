import type { MissingFact } from '../rule.ts';

/** What a probe takes, beside which nothing helps it (docs/collector.md). Of others nothing is known. */
export const RIGHTS: ReadonlyMap<string, { missing: MissingFact; capability: string | null }> = new Map([
  ['btrfs', { missing: 'sysfs', capability: null }],
  ['devices', { missing: 'sysfs', capability: null }],
  ['filesystems', { missing: 'data-root', capability: 'CAP_DAC_READ_SEARCH' }],
  ['loop', { missing: 'data-root', capability: 'CAP_DAC_READ_SEARCH' }],
  ['thin-pools', { missing: 'administrator', capability: 'CAP_SYS_ADMIN' }],
  ['thin-devices', { missing: 'lvm', capability: 'CAP_SYS_ADMIN' }],
  ['subvolumes', { missing: 'administrator', capability: 'CAP_SYS_ADMIN' }],
  ['docker', { missing: 'docker-socket', capability: 'CAP_SYS_PTRACE' }],
  ['layers', { missing: 'data-root', capability: 'CAP_DAC_READ_SEARCH' }],
  ['mounts', { missing: 'processes', capability: 'CAP_SYS_PTRACE' }],
] as const);

/** What the `docker run` of a collector has to have beside the capability. */
export const CONTAINER_WORDS: Partial<Record<MissingFact, string[]>> = {
  administrator: ['--device /dev/mapper/control'],
  lvm: ['--device /dev/mapper/control'],
  'docker-socket': ['--pid=host', '-v /:/host:ro,rslave'],
  processes: ['--pid=host'],
  'data-root': ['-v /:/host:ro,rslave'],
};
