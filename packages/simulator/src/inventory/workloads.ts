import type { WorkloadName } from './story.ts';

export interface Service {
  name: string;
  /** Without its tag. */
  image: string;
  base: string;
  /** Days from one deployment to the next. */
  days: number;
  /** Named volumes, by their paths. */
  volumes?: Record<string, string>;
  /** Path of a volume without a name, which each deployment makes anew. */
  anonymous?: string;
  /** Paths of the host. */
  binds?: readonly string[];
}

export interface Job {
  name: string;
  image: string;
  base: string;
  /** On a workday. */
  runsADay: number;
  /** It runs a daemon of its own, privileged, with its data in an anonymous volume. */
  isNested?: boolean;
}

export interface Workload {
  project: string;
  services: readonly Service[];
  jobs: readonly Job[];
  /** What images and volumes are the times of: the larger the store, the larger what lies in it. */
  scale: number;
  /** Records of the build cache; 0 = it builds nothing. */
  cacheRecords: number;
  /** Folders that builds keep in it. */
  cacheMounts: readonly string[];
  /** What is large: named volumes and kept folders, with their shares of what the rest leaves. */
  fill: Readonly<Record<string, number>>;
}

const HUB = 'registry.example.com';
const EXPORTER: Service = {
  ...{ name: 'node-exporter', image: `${HUB}/base/node-exporter`, base: 'busybox', days: 38 },
  binds: ['/proc', '/sys'],
};
const service = (name: string, image: string, base: string, days: number, more: Partial<Service> = {}): Service => ({
  ...{ name, image, base, days },
  ...more,
});
const job = (name: string, base: string, runsADay: number, more: Partial<Job> = {}): Job => ({
  ...{ name, image: `${HUB}/ci/${name}`, base, runsADay },
  ...more,
});

/** What runs on hosts with Docker, by the fleet's roles. */
export const WORKLOAD_PLANS: Record<Exclude<WorkloadName, 'cluster'> | 'pod-builder', Workload> = {
  ci: {
    ...{ project: 'runner', scale: 8, cacheRecords: 0, cacheMounts: [] },
    fill: { cache: 0.3, mirror: 0.28, 'compiler-cache': 0.24, 'npm-cache': 0.18 },
    services: [
      service('runner', `${HUB}/ci/runner`, 'debian', 6, {
        volumes: {
          ...{ config: '/etc/runner', cache: '/cache', 'compiler-cache': '/root/.ccache', 'npm-cache': '/root/.npm' },
        },
        binds: ['/var/run/docker.sock'],
      }),
      service('mirror', 'registry', 'alpine', 31, { volumes: { mirror: '/var/lib/registry' } }),
      service('artifact-proxy', `${HUB}/ci/artifact-proxy`, 'alpine', 1, { anonymous: '/var/cache/proxy' }),
      EXPORTER,
    ],
    jobs: [
      job('nested-build', 'docker', 5, { isNested: true }),
      job('compile', 'debian', 8),
      job('integration', 'debian', 7),
      job('lint', 'alpine', 8),
    ],
  },
  build: {
    ...{ project: 'builder', scale: 8, cacheRecords: 36, cacheMounts: ['go-build', 'cargo-target', 'apt-lists'] },
    fill: { packages: 0.37, results: 0.25, 'go-build': 0.18, 'cargo-target': 0.16, 'apt-lists': 0.04 },
    services: [
      service('scheduler', `${HUB}/build/scheduler`, 'debian', 1, { volumes: { queue: '/var/lib/queue' } }),
      service('package-cache', `${HUB}/build/package-cache`, 'alpine', 17, { volumes: { packages: '/srv/packages' } }),
      service('results', 'postgres', 'debian', 42, { volumes: { results: '/var/lib/postgresql/data' } }),
      service('log-shipper', `${HUB}/base/log-shipper`, 'alpine', 9, { binds: ['/var/lib/docker/containers'] }),
      EXPORTER,
    ],
    jobs: [
      job('package', 'debian', 6),
      job('image', 'debian', 7),
      job('kernel', 'debian', 3),
      job('docs', 'alpine', 5),
    ],
  },
  web: {
    ...{ project: 'shop', scale: 4, cacheRecords: 0, cacheMounts: [] },
    fill: { db: 0.56, uploads: 0.44 },
    services: [
      service('front', `${HUB}/shop/front`, 'alpine', 1),
      service('api', `${HUB}/shop/api`, 'debian', 1, { volumes: { uploads: '/srv/uploads' } }),
      service('worker', `${HUB}/shop/worker`, 'debian', 1),
      service('db', 'postgres', 'debian', 44, { volumes: { db: '/var/lib/postgresql/data' } }),
      service('cache', 'redis', 'alpine', 5, { anonymous: '/data' }),
      service('mail', `${HUB}/shop/mail`, 'alpine', 12),
      EXPORTER,
    ],
    jobs: [],
  },
  registry: {
    ...{ project: 'registry', scale: 2, cacheRecords: 0, cacheMounts: [] },
    fill: { data: 0.985, index: 0.015 },
    services: [
      service('registry', 'registry', 'alpine', 28, { volumes: { data: '/var/lib/registry' } }),
      service('index', 'postgres', 'debian', 45, { volumes: { index: '/var/lib/postgresql/data' } }),
      service('proxy', 'nginx', 'alpine', 7),
      service('scanner', `${HUB}/registry/scanner`, 'debian', 1, { anonymous: '/var/cache/scanner' }),
      EXPORTER,
    ],
    jobs: [{ name: 'collect-garbage', image: 'registry', base: 'alpine', runsADay: 1 }],
  },
  edge: {
    ...{ project: 'edge', scale: 3, cacheRecords: 0, cacheMounts: [] },
    fill: { records: 0.86, broker: 0.14 },
    services: [
      service('broker', `${HUB}/edge/broker`, 'alpine', 33, { volumes: { broker: '/mosquitto/data' } }),
      service('gateway', `${HUB}/edge/gateway`, 'alpine', 3),
      service('recorder', `${HUB}/edge/recorder`, 'debian', 10, { volumes: { records: '/var/lib/recorder' } }),
      service('updater', `${HUB}/edge/updater`, 'alpine', 1, { binds: ['/var/run/docker.sock'] }),
    ],
    jobs: [],
  },
  database: {
    ...{ project: 'db', scale: 1, cacheRecords: 0, cacheMounts: [] },
    fill: { spool: 0.7, sessions: 0.3 },
    services: [
      service('pooler', `${HUB}/db/pooler`, 'alpine', 21),
      service('exporter', `${HUB}/db/exporter`, 'alpine', 9),
      service('archiver', `${HUB}/db/archiver`, 'debian', 1, { volumes: { spool: '/var/spool/archive' } }),
      service('console', `${HUB}/db/console`, 'debian', 5, { volumes: { sessions: '/srv/sessions' } }),
      EXPORTER,
    ],
    jobs: [job('migrate', 'debian', 2), job('verify-backup', 'debian', 3)],
  },
  home: {
    ...{ project: 'home', scale: 2, cacheRecords: 0, cacheMounts: [], fill: {} },
    services: [
      service('media', `${HUB}/home/media`, 'debian', 24, {
        volumes: { media: '/config' },
        binds: ['/mnt/pool/media'],
      }),
      service('photos', `${HUB}/home/photos`, 'debian', 13, { volumes: { photos: '/srv/photos' } }),
      service('photos-db', 'postgres', 'debian', 43, { volumes: { 'photos-db': '/var/lib/postgresql/data' } }),
      service('sync', `${HUB}/home/sync`, 'alpine', 6, { volumes: { sync: '/var/syncthing' } }),
      service('feed', `${HUB}/home/feed`, 'alpine', 2, { anonymous: '/var/cache/feed' }),
    ],
    jobs: [],
  },
  'pod-builder': {
    ...{ project: 'pod', scale: 2, cacheRecords: 0, cacheMounts: [], fill: { workspace: 1 } },
    services: [
      service('build-agent', `${HUB}/ci/agent`, 'debian', 4, {
        ...{ anonymous: '/cache', volumes: { workspace: '/workspace' } },
      }),
    ],
    jobs: [job('pod-image', 'debian', 7), job('pod-test', 'alpine', 8)],
  },
};

export interface Pod {
  namespace: string;
  name: string;
  days: number;
}

/** What runs on a node of a cluster. */
export const PODS: readonly Pod[] = [
  { namespace: 'kube-system', name: 'kube-proxy', days: 40 },
  { namespace: 'kube-system', name: 'network', days: 40 },
  { namespace: 'kube-system', name: 'dns', days: 19 },
  { namespace: 'storage', name: 'volume-driver', days: 33 },
  { namespace: 'monitoring', name: 'node-exporter', days: 26 },
  { namespace: 'monitoring', name: 'log-agent', days: 11 },
  { namespace: 'shop', name: 'front', days: 1 },
  { namespace: 'shop', name: 'api', days: 1 },
  { namespace: 'shop', name: 'worker', days: 1 },
  { namespace: 'shop', name: 'search', days: 6 },
  { namespace: 'jobs', name: 'report', days: 0.5 },
  { namespace: 'jobs', name: 'import', days: 0.25 },
  { namespace: 'ci', name: 'builder-0', days: 45 },
  { namespace: 'ci', name: 'builder-1', days: 45 },
];
