import type { Layout } from '@silt/domain';
import { STEP_MILLISECONDS } from '../calendar.ts';
import type { Hidden } from '../inventory/explained.ts';
import type { Story } from '../inventory/story.ts';
import {
  bursts,
  jump,
  levellingOff,
  linear,
  nightlyPrune,
  type Process,
  reaching,
  rotation,
  steady,
  sum,
  wander,
  workdayRuns,
  workingHours,
} from '../processes.ts';
import { GIB } from '../stores/store-model.ts';
import { dataFileSystem, efiFileSystem, ext4Bytes, rootFileSystem, xfsBytes } from './common-stores.ts';
import { dockerDaemon } from './facts.ts';
import type { Role, RoleBuilder, RoleContext } from './role.ts';

const DOCKER = '/var/lib/docker';
const BUILD_OS = {
  tag: 'build',
  story: { workload: 'build' } as Story,
  kernelRelease: '6.8.0-57-generic',
  distribution: 'Ubuntu 24.04.2 LTS',
};
const K8S_OS = {
  tag: 'k8s',
  story: { workload: 'cluster' } as Story,
  kernelRelease: '6.6.74-talos',
  distribution: 'Talos (v1.9.3)',
};
const WEB_OS = {
  tag: 'web',
  story: { workload: 'web' } as Story,
  kernelRelease: '6.1.0-31-amd64',
  distribution: 'Debian GNU/Linux 12 (bookworm)',
};
const REGISTRY_OS = {
  tag: 'data',
  story: { workload: 'registry' } as Story,
  kernelRelease: '5.14.0-503.el9.x86_64',
  distribution: 'Rocky Linux 9.5 (Blue Onyx)',
};

export interface BuildOptions {
  gib: number;
  /** Filled share beside what comes and goes, 0 … 1. */
  share: number;
  leak?: (context: RoleContext, bytes: number) => Process;
  more?: (context: RoleContext, bytes: number) => Process;
  /** Since when other mount namespaces hold layers. */
  leaksSinceDays?: number;
}

/** Docker with overlay2 on an ext4 of its own. */
export const buildServer =
  ({ gib, share, leak, more, leaksSinceDays }: BuildOptions): RoleBuilder =>
  (context) => {
    const bytes = ext4Bytes(gib);
    const docker = dataFileSystem(context, {
      ...{ mountPoint: DOCKER, type: 'ext4', device: '/dev/mapper/vg0-docker', gib },
      used: sum(
        steady(bytes * share),
        workingHours({ amount: bytes * 0.015, key: context.key('builds') }),
        wander({ amount: bytes * 0.006, hours: 4, key: context.key('cache') }),
        ...(more === undefined ? [] : [more(context, bytes)]),
      ),
      ...(leak === undefined ? {} : { leak: leak(context, bytes) }),
    });
    return {
      ...BUILD_OS,
      ...(leaksSinceDays === undefined || leak === undefined
        ? {}
        : { story: leakStory(context, leaksSinceDays, { storeKey: docker.store.key, bytes: leak(context, bytes) }) }),
      models: [rootFileSystem(context, { gib: 60, share: context.random.between(0.3, 0.5) }), efiFileSystem(), docker],
      daemons: [dockerDaemon({ storageDriver: 'overlay2', dataRoot: DOCKER, storeKey: docker.store.key })],
    };
  };

/** Every other layer has a container that half remains; of the others nothing is known. */
const HALF_REMOVED_SHARE = 0.5;

function leakStory(context: RoleContext, sinceDays: number, { storeKey, bytes }: Hidden): Story {
  const hidden: Hidden = { storeKey, bytes: (step) => bytes(step) * (1 - HALF_REMOVED_SHARE) };
  return { ...BUILD_OS.story, leaksSince: context.daysAgo(sinceDays), hidden };
}

/** Incident 2: layers of removed containers stay, since other mount namespaces hold them. */
export const leakedOverlayMounts: RoleBuilder = buildServer({
  leaksSinceDays: 46,
  gib: 1_800,
  share: 0.5,
  leak: (context, bytes) => {
    const from = context.daysAgo(46);
    const leak = sum(linear({ from, perDay: 1 }), workdayRuns({ from, perRun: 0.04, runsADay: 14 }));
    return reaching(leak, context.anchorStep, bytes * 0.37);
  },
});

export const prunedNightly: RoleBuilder = buildServer({
  gib: 900,
  share: 0.52,
  more: (context, bytes) => nightlyPrune({ perDay: bytes * 0.12, hour: 2, key: context.key('prune') }),
});

export const burstyBuilds: RoleBuilder = buildServer({
  gib: 900,
  share: 0.38,
  more: (context, bytes) => bursts({ amount: bytes * 0.3, chance: 0.2, key: context.key('bursts') }),
});

/** Full, and it stays so: no leak. */
export const steadyHigh: RoleBuilder = buildServer({ gib: 500, share: 0.87 });

export interface NodeOptions {
  share?: number;
  more?: (context: RoleContext, bytes: number) => Process;
  enrolledDaysAgo?: number;
  rootInodeLeak?: (context: RoleContext, inodes: number) => Process;
}

const NODE_ROOT_GIB = 196;
const NODE_ROOT_INODES = NODE_ROOT_GIB * 65_536;

/** A node of a cluster: containerd on xfs, no Docker. */
export const kubernetesNode =
  ({ share, more, enrolledDaysAgo, rootInodeLeak }: NodeOptions = {}): RoleBuilder =>
  (context) => {
    const gib = 200 + 100 * context.random.whole(0, 3);
    const bytes = xfsBytes(gib);
    const containerd = dataFileSystem(context, {
      ...{ mountPoint: '/var/lib/containerd', type: 'xfs', device: '/dev/nvme0n1p4', gib },
      used: sum(
        steady(bytes * (share ?? context.random.between(0.2, 0.5))),
        linear({ from: context.originStep, perDay: bytes * context.random.between(0, 0.0007) }),
        workingHours({ amount: bytes * 0.03, key: context.key('pods') }),
        wander({ amount: bytes * 0.03, hours: 11, key: context.key('images') }),
        ...(more === undefined ? [] : [more(context, bytes)]),
      ),
    });
    const root = rootFileSystem(context, {
      ...{ gib: NODE_ROOT_GIB, share: context.random.between(0.2, 0.4) },
      ...(rootInodeLeak === undefined ? {} : { inodeLeak: rootInodeLeak(context, NODE_ROOT_INODES) }),
    });
    return {
      ...K8S_OS,
      models: [root, efiFileSystem(), containerd],
      ...(enrolledDaysAgo === undefined ? {} : { enrolledDaysAgo }),
    };
  };

/** Small files that nobody deletes: inodes end long before space does. */
export const endingInodes: RoleBuilder = kubernetesNode({
  rootInodeLeak: (context, inodes) =>
    reaching(linear({ from: context.daysAgo(27), perDay: 1 }), context.anchorStep, inodes * 0.79),
});

export const stepThenFlat: RoleBuilder = kubernetesNode({
  share: 0.4,
  more: (context, bytes) => jump({ at: context.daysAgo(12), amount: bytes * 0.28, hours: 3 }),
});

export const burstyNode: RoleBuilder = kubernetesNode({
  more: (context, bytes) => bursts({ amount: bytes * 0.35, chance: 0.3, key: context.key('bursts') }),
});

export const levellingNode: RoleBuilder = kubernetesNode({
  share: 0.3,
  more: (context, bytes) => levellingOff({ from: context.daysAgo(55), amount: bytes * 0.35, days: 14 }),
});

const SECOND_DAEMON_DAYS_AGO = 6;

/** Incident 3: Docker in a pod, and since some days a second daemon on the same data root. */
export const dockerInPod: RoleBuilder = (context): Role => {
  const node = kubernetesNode({ share: 0.45 })(context);
  const storeKey = 'mount:/';
  const dataRoot = '/var/lib/kubelet/dind/docker';
  const docker = { storageDriver: 'overlay2', dataRoot, storeKey, version: '26.1.3', apiVersion: '1.45' };
  const second = dockerDaemon({ ...docker, socket: '/run/dind-builder/docker.sock' });
  const at = context.daysAgo(SECOND_DAEMON_DAYS_AGO) * STEP_MILLISECONDS;
  return {
    ...node,
    daemons: [dockerDaemon({ ...docker, socket: '/run/dind/docker.sock' })],
    changes: [{ at, change: (layout) => withDaemon(layout, second) }],
  };
};

function withDaemon(layout: Layout, daemon: Layout['daemons'][number]): Layout {
  const daemons = [...layout.daemons, daemon].sort((one, other) => (one.key < other.key ? -1 : 1));
  return { ...layout, daemons };
}

export interface RegistryOptions {
  share: number;
  more: (context: RoleContext, bytes: number) => Process;
}

export const registry =
  ({ share, more }: RegistryOptions): RoleBuilder =>
  (context) => {
    const gib = 4_000;
    const bytes = xfsBytes(gib);
    const data = dataFileSystem(context, {
      ...{ mountPoint: '/srv/registry', type: 'xfs', device: '/dev/sdb1', gib },
      used: sum(
        steady(bytes * share),
        wander({ amount: bytes * 0.004, hours: 8, key: context.key('pushes') }),
        more(context, bytes),
      ),
    });
    return {
      ...REGISTRY_OS,
      models: [rootFileSystem(context, { gib: 60, share: 0.41 }), efiFileSystem(), data],
      daemons: [
        dockerDaemon({ storageDriver: 'overlay2', dataRoot: '/srv/registry/docker', storeKey: data.store.key }),
      ],
    };
  };

export const slowLeak: RoleBuilder = registry({
  share: 0.27,
  more: (context, bytes) => reaching(linear({ from: context.originStep, perDay: 1 }), context.anchorStep, bytes * 0.47),
});

/** Garbage collection on one night a week. */
export const weeklyCollection: RoleBuilder = registry({
  share: 0.5,
  more: (context, bytes) => rotation({ perDay: bytes * 0.025, everyDays: 7, key: context.key('collection') }),
});

export const webServer: RoleBuilder = (context) => {
  const logs = rotation({ perDay: 1.6 * GIB, everyDays: 1, key: context.key('access logs') });
  return {
    ...WEB_OS,
    models: [
      rootFileSystem(context, { gib: 80, share: context.random.between(0.3, 0.6), more: logs }),
      efiFileSystem(),
    ],
    daemons: [dockerDaemon({ storageDriver: 'overlay2', dataRoot: DOCKER, storeKey: 'mount:/' })],
  };
};
