import type { FindingInput, RemedyStep } from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { dryRun, run } from './steps.ts';
import type { Pool } from './thin-pools.ts';

const MAX_MOUNTS = 8;

/** File systems on devices of a pool. */
export type PoolMounts = {
  /** dockerd, and file systems in its mount namespace that lie in the pool, the first ones. */
  daemonPid: number | null;
  containerMounts: string[];
  /** File systems of the host that lie in the pool, the first ones. */
  hostMounts: string[];
};

export function mountsIn({ names, daemon }: Pool, { snapshot, inventory }: FindingInput): PoolMounts {
  const devices = inventory?.thin?.devices.filter(({ poolDmName }) => poolDmName === names.dmName) ?? [];
  const layers = new Set(devices.map(({ device }) => device));
  const paths = new Set(devices.map(({ dmName }) => `/dev/mapper/${dmName}`));
  const inContainers = (inventory?.layerSpaces ?? []).filter(({ device }) => layers.has(device));
  const onHost = snapshot.layout.stores.filter(({ device }) => device !== null && paths.has(device));
  return {
    daemonPid: daemon?.pid ?? null,
    containerMounts: inContainers.slice(0, MAX_MOUNTS).map(({ mountPoint }) => mountPoint),
    hostMounts: onHost.slice(0, MAX_MOUNTS).map(({ name }) => name),
  };
}

/** Each of them gives its deleted blocks back. */
export function trimSteps({ daemonPid, containerMounts, hostMounts }: PoolMounts): RemedyStep[] {
  const inDaemon = (mount: string, ...options: string[]) =>
    shellLine('nsenter', '-t', String(daemonPid), '-m', '--', 'fstrim', ...options, mount);
  const lines = [
    ...hostMounts.map(
      (mount) =>
        (...options: string[]) =>
          shellLine('fstrim', ...options, mount),
    ),
    ...(daemonPid === null ? [] : containerMounts).map(
      (mount) =>
        (...options: string[]) =>
          inDaemon(mount, ...options),
    ),
  ];
  return lines.flatMap((line, place) => [
    ...(place === 0
      ? [
          dryRun(
            line('-n', '-v'),
            'Says what it would trim. Needs util-linux 2.32.',
            '只说明会归还什么。需要 util-linux 2.32。',
          ),
        ]
      : []),
    run(
      line('-v'),
      'Gives deleted blocks back; no file changes. With ignore_discard still set it fails and does nothing.',
      '归还已删除的块，不改动任何文件。若仍为 ignore_discard，则会失败且不起作用。',
    ),
  ]);
}
