import { sharedDataRoots } from '@silt/domain';
import { describe, expect, test } from 'vitest';
import { keptLabels, MAX_CONTAINERS, parseContainers, parseDetails } from '../src/docker/parse-containers.ts';
import {
  countContainersOfImages,
  countReferencesOfVolumes,
  parseDiskUsage,
  parseImages,
  parseVolumes,
} from '../src/docker/parse-contents.ts';
import { parseDaemonInfo } from '../src/docker/parse-info.ts';
import { fixture } from './fixture.ts';

const api = (capture: string, name: string): string => fixture(`docker-inventory/${capture}/api_${name}.json`);
const containersOf = (capture: string) => parseContainers(api(capture, 'containers_json_all_1'))?.rows ?? [];
const volumesOf = (capture: string) => {
  const volumes = parseVolumes(api(capture, 'volumes'))?.rows ?? [];
  return countReferencesOfVolumes(volumes, containersOf(capture));
};
const DIND = 'btrfs-2-dind-running';
const DIND_ID = '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c';
const DIND_VOLUME = '49b2f5e715d602cc5336bea175b7355b0c688d2f982daa0bc51f69967e380850';

describe('GET /info and /version', () => {
  const [version, info] = [api('overlay2-1-normal', 'version'), api('overlay2-1-normal', 'info')];

  test('what a daemon says of itself', () => {
    expect(parseDaemonInfo(version, info)).toEqual({
      version: '20.10.24+dfsg1',
      apiVersion: '1.41',
      storageDriver: 'overlay2',
      dataRoot: '/srv/lab/mnt/ext/docker',
      liveRestore: true,
      driverStatus: [
        { name: 'Backing Filesystem', value: 'extfs' },
        { name: 'Supports d_type', value: 'true' },
        { name: 'Native Overlay Diff', value: 'true' },
        { name: 'userxattr', value: 'false' },
      ],
      rootless: false,
      cgroupDriver: 'cgroupfs',
      loggingDriver: 'json-file',
      warnings: [],
    });
  });

  test('a rootless one and its warnings (edits as in moby, daemon/info.go; not seen)', () => {
    const edited = info
      .replace('["name=seccomp,profile=default"]', '["name=seccomp,profile=default","name=rootless"]')
      .replace('"Warnings":null', '"Warnings":["WARNING: No swap limit support"]');
    expect(parseDaemonInfo(version, edited)).toMatchObject({
      rootless: true,
      warnings: ['WARNING: No swap limit support'],
    });
  });

  test('what was not told is not false', () => {
    const edited = info.replace('"SecurityOptions":["name=seccomp,profile=default"],', '');
    expect(parseDaemonInfo(version, edited)).toMatchObject({ rootless: null });
  });

  test('another program is told', () => {
    expect(parseDaemonInfo('{}', info)).toBe('the answer to /version has no Version and ApiVersion');
  });
});

describe('GET /containers/json', () => {
  test('a running nested daemon, its state, its image and its volume', () => {
    const container = containersOf(DIND).find(({ id }) => id === DIND_ID);
    expect(container).toEqual({
      id: DIND_ID,
      names: ['dind1'],
      image: 'dind:1',
      imageId: 'sha256:fb571512b4471c06db774d1a9202670885f955e4ad6728feab7703ffe5ea454e',
      state: 'running',
      status: expect.stringMatching(/^Up /),
      createdAt: new Date(1_795_230_634_000).toISOString(),
      composeProject: null,
      composeService: null,
      podName: null,
      podNamespace: null,
      podUid: null,
      podContainer: null,
      labels: {},
      mounts: [
        {
          type: 'volume',
          name: DIND_VOLUME,
          source: null,
          destination: '/var/lib/docker',
          readOnly: false,
          propagation: null,
        },
      ],
      writableBytes: null,
      rootFsBytes: null,
      details: null,
    });
  });

  test('each state', () => {
    expect(containersOf(DIND).map(({ names, state }) => [names[0], state])).toEqual([
      ['dind1', 'running'],
      ['c4', 'exited'],
      ['c3', 'created'],
      ['c2', 'running'],
      ['c1', 'running'],
    ]);
  });

  test('a host without containers has none, which is no failure', () => {
    expect(parseContainers(api('btrfs-5-orphan-after-kill', 'containers_json_all_1'))).toEqual({
      rows: [],
      left: 0,
      bad: 0,
    });
  });

  test('of labels those of the list alone are kept', () => {
    const labels = {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'db',
      'io.kubernetes.pod.namespace': 'ci',
      'io.kubernetes.pod.name': 'runner-1',
      'io.kubernetes.pod.uid': '0b1c',
      'io.kubernetes.container.name': 'dind',
      'org.testcontainers': 'true',
      'traefik.http.middlewares.auth.basicauth.users': 'admin:$apr1$secret',
      __proto__: 'x',
    };
    const edited = api(DIND, 'containers_json_all_1').replace('"Labels":{}', `"Labels":${JSON.stringify(labels)}`);
    const [row] = parseContainers(edited)?.rows ?? [];
    expect(row).toMatchObject({
      composeProject: 'shop',
      composeService: 'db',
      podNamespace: 'ci',
      podName: 'runner-1',
      podUid: '0b1c',
      podContainer: 'dind',
    });
    expect(Object.keys(row?.labels ?? {})).toHaveLength(7);
    expect(JSON.stringify(row)).not.toContain('secret');
    expect(keptLabels(null)).toEqual({});
  });

  test.each([
    ['half an answer', api(DIND, 'containers_json_all_1').slice(0, 900)],
    ['an error', '{"message":"client version 1.12 is too old"}'],
    ['a page', '<html>'],
    ['nothing', ''],
    ['a text', '"x"'],
    ['100,000 brackets', '['.repeat(100_000)],
  ])('%s is no list', (_, text) => {
    expect(parseContainers(text)).toBeNull();
  });

  test('rows that are none are counted, and so are those beyond the limit', () => {
    const [good] = JSON.parse(api(DIND, 'containers_json_all_1')) as Record<string, unknown>[];
    const bad = [
      null,
      7,
      [],
      {},
      { ...good, Id: '../../x' },
      { ...good, Id: `${DIND_ID}\0` },
      { ...good, State: null },
    ];
    expect(parseContainers(JSON.stringify([...bad, good]))).toMatchObject({ rows: [{ id: DIND_ID }], left: 0, bad: 7 });
    const many = Array.from({ length: MAX_CONTAINERS + 3 }, () => good);
    expect(parseContainers(JSON.stringify(many))).toMatchObject({ left: 3, bad: 0 });
  });

  test('a mount that is read-only and a bind with its propagation (edits)', () => {
    const edited = api(DIND, 'containers_json_all_1').replace(
      '"Destination":"/var/lib/docker","Driver":"local","Mode":"","RW":true,"Propagation":""',
      '"Destination":"/var/lib/docker","Driver":"local","Mode":"","RW":false,"Propagation":"rslave"',
    );
    expect(parseContainers(edited)?.rows[0]?.mounts).toMatchObject([{ readOnly: true, propagation: 'rslave' }]);
  });
});

describe('GET /containers/<id>/json', () => {
  const inspected = (capture: string, id: string) => parseDetails(api(capture, `containers_${id}_json`));
  const OVERLAY = '1e06a9d9e6581bd1b27984bdb5b2830ec5f52721cb5c5770561772f891773efa';

  test('on overlay2 the folder of its layer, on btrfs none', () => {
    expect(inspected('overlay2-1-normal', OVERLAY)).toEqual({
      privileged: false,
      pidMode: null,
      logDriver: 'json-file',
      logMaxSizeSet: false,
      logPath: `/srv/lab/mnt/ext/docker/containers/${OVERLAY}/${OVERLAY}-json.log`,
      logBytes: null,
      mountId: '4b5c1b74f3ea26a34b5bd48aef78617ab1b0834bf7002855eeb74b149110bbe4',
      thinDeviceId: null,
      restartCount: 0,
      startedAt: '2026-11-21T03:17:30.709Z',
      finishedAt: null,
    });
    expect(inspected(DIND, DIND_ID)).toMatchObject({ mountId: null, privileged: true, finishedAt: null });
  });

  test('on devicemapper the number of its thin device (a field of the dm-thin-vm capture)', () => {
    const mountId = 'e02105838a4ced7637bd9c82f683b6a4d5553458dfe8ff2f3662c772937c203e';
    const row = JSON.parse(api('overlay2-1-normal', `containers_${OVERLAY}_json`)) as Record<string, unknown>;
    const data = { DeviceId: '8', DeviceName: `docker-0:33-25-${mountId}`, DeviceSize: '209715200' };
    const details = parseDetails(JSON.stringify({ ...row, GraphDriver: { Data: data, Name: 'devicemapper' } }));
    expect(details).toMatchObject({ mountId, thinDeviceId: 8 });
  });

  test('a limit of the log (edit), and nothing of the environment', () => {
    const edited = api('overlay2-1-normal', `containers_${OVERLAY}_json`)
      .replace(
        '"LogConfig":{"Type":"json-file","Config":{}}',
        '"LogConfig":{"Type":"local","Config":{"max-size":"10m"}}',
      )
      .replace('"Env":["', '"Env":["TOKEN=secret","');
    const details = parseDetails(edited);
    expect(details).toMatchObject({ logDriver: 'local', logMaxSizeSet: true });
    expect(JSON.stringify(details)).not.toContain('secret');
  });

  test('a nested daemon that listens on TCP is privileged', () => {
    const [row] = JSON.parse(fixture('docker-inventory/dind-tcp2375/inspect-dinp.json')) as unknown[];
    expect(parseDetails(JSON.stringify(row))).toMatchObject({ privileged: true, restartCount: 0 });
  });

  test.each(['', '[]', '{}', '{"Id":7}', '{"message":"No such container"}'])('%j is no container', (text) => {
    expect(parseDetails(text)).toBeNull();
  });

  test('without its parts nothing is taken for false', () => {
    expect(parseDetails(`{"Id":"${OVERLAY}"}`)).toMatchObject({
      privileged: null,
      logDriver: null,
      logMaxSizeSet: null,
      restartCount: null,
      mountId: null,
    });
  });
});

describe('images and volumes', () => {
  test.each([DIND, 'overlay2-1-normal'])('%s: what is counted is what /system/df says', (capture) => {
    const usage = JSON.parse(api(capture, 'system_df')) as {
      Images: { Id: string; Containers: number; Size: number }[];
      Volumes: { Name: string; UsageData: { RefCount: number } }[];
    };
    const images = countContainersOfImages(
      parseImages(api(capture, 'images_json_digests_1'))?.rows ?? [],
      containersOf(capture),
    );
    expect(images.map(({ id, containers, sizeBytes }) => [id, containers, sizeBytes])).toEqual(
      usage.Images.map(({ Id, Containers, Size }) => [Id, Containers, Size]),
    );
    const references = new Map(usage.Volumes.map(({ Name, UsageData }) => [Name, UsageData.RefCount]));
    expect(new Map(volumesOf(capture).map(({ name, references: count }) => [name, count]))).toEqual(references);
  });

  test.each([
    ['btrfs-1-normal', 0],
    [DIND, 0],
    ['btrfs-3-dind-removed', 1],
    ['btrfs-4-volume-rm-failed', 1],
    ['btrfs-5-orphan-after-kill', 4],
    ['overlay2-1-normal', 0],
  ])('%s: %i volumes without reference, those that Docker calls dangling', (capture, count) => {
    const dangling = parseVolumes(api(capture, 'volumes_dangling'))?.rows.map(({ name }) => name) ?? [];
    const unreferenced = volumesOf(capture).filter(({ references }) => references === 0);
    expect(unreferenced.map(({ name }) => name).sort()).toEqual(dangling.sort());
    expect(unreferenced).toHaveLength(count);
    expect(unreferenced.every(({ usedBy }) => usedBy.length === 0)).toBe(true);
  });

  test('a volume: who uses it, whether it has a name, when it was made', () => {
    expect(volumesOf(DIND).find(({ name }) => name === DIND_VOLUME)).toEqual({
      name: DIND_VOLUME,
      driver: 'local',
      mountPoint: `/srv/lab/mnt/dbtr/docker/volumes/${DIND_VOLUME}/_data`,
      anonymous: true,
      createdAt: '2026-11-21T03:10:35.000Z',
      labels: {},
      references: 1,
      usedBy: [DIND_ID],
      sizeBytes: null,
    });
    expect(volumesOf(DIND).find(({ name }) => name === 'vol1')).toMatchObject({ anonymous: false, references: 1 });
  });

  test('an anonymous volume says so by its label in newer versions (edit; not seen)', () => {
    const edited = api(DIND, 'volumes').replace('"Labels":{}', '"Labels":{"com.docker.volume.anonymous":""}');
    expect(parseVolumes(edited)?.rows.find(({ name }) => name === 'vol1')).toMatchObject({ anonymous: true });
  });

  test('an image: tags, the time it was made, and no guess at what is shared', () => {
    expect(parseImages(api(DIND, 'images_json_digests_1'))?.rows[0]).toEqual({
      id: 'sha256:fb571512b4471c06db774d1a9202670885f955e4ad6728feab7703ffe5ea454e',
      tags: ['dind:1'],
      sizeBytes: 204_667_071,
      sharedBytes: null,
      containers: null,
      createdAt: new Date(1_795_230_533_000).toISOString(),
    });
    const dangling = api(DIND, 'images_json_digests_1').replace('"dind:1"', '"<none>:<none>"');
    expect(parseImages(dangling)?.rows[0]?.tags).toEqual([]);
  });

  test.each(['', '{}', '[]', '{"Volumes":7}', '{"message":"x"}'])('%j is no answer to /volumes', (text) => {
    expect(parseVolumes(text)).toBeNull();
  });
});

describe('GET /system/df', () => {
  test('sizes of containers, volumes and what images share', () => {
    const usage = parseDiskUsage(api(DIND, 'system_df'));
    expect(usage?.containers.get(DIND_ID)).toEqual({ writableBytes: 55_510, rootFsBytes: 204_722_581 });
    expect(usage?.volumeBytes.get(DIND_VOLUME)).toBe(33_771_415);
    expect([...(usage?.imageSharedBytes.values() ?? [])]).toEqual([0, 1_982_296, 1_982_296]);
    expect(usage?.buildCache).toEqual({ rows: [], left: 0, bad: 0 });
  });

  test('a writable layer of no bytes, which Docker leaves out, is zero', () => {
    const running = [...(parseDiskUsage(api('overlay2-1-normal', 'system_df'))?.containers.values() ?? [])];
    expect(running.map(({ writableBytes }) => writableBytes)).toEqual([0, 0, 0, 0]);
  });

  test('the build cache', () => {
    const cache = parseDiskUsage(api('btrfs-6-buildkit', 'system_df'))?.buildCache;
    expect(cache?.rows).toHaveLength(7);
    // BuilderSize of the same answer.
    expect(cache?.rows.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)).toBe(10_486_162);
    expect(cache?.rows.filter(({ shared }) => shared).map(({ id }) => id)).toEqual(['yspp2qymtvfu3594thojyuowd']);
    expect(cache?.rows[1]).toEqual({
      id: 'jmvqoshf4pp1k4etd55css1tw',
      type: 'regular',
      sizeBytes: 4_194_304,
      inUse: false,
      shared: false,
      createdAt: '2026-11-21T03:15:52.327Z',
      lastUsedAt: '2026-11-21T03:15:53.099Z',
    });
  });

  test('lists in the places of API 1.52 (docs.docker.com, SystemDataUsage; not seen)', () => {
    const { Images, Containers, Volumes } = JSON.parse(api(DIND, 'system_df')) as Record<string, unknown>;
    const { BuildCache } = JSON.parse(api('btrfs-6-buildkit', 'system_df')) as Record<string, unknown>;
    const moved = {
      ImageUsage: { TotalCount: 3, Items: Images },
      ContainerUsage: { Items: Containers },
      VolumeUsage: { Items: Volumes },
      BuildCacheUsage: { Items: BuildCache },
    };
    const [now, before] = [parseDiskUsage(JSON.stringify(moved)), parseDiskUsage(api(DIND, 'system_df'))];
    expect(now).toEqual({ ...before, buildCache: parseDiskUsage(api('btrfs-6-buildkit', 'system_df'))?.buildCache });
    expect(parseDiskUsage('{"BuildCacheUsage":{"TotalCount":0}}')?.buildCache).toEqual({ rows: [], left: 0, bad: 0 });
  });

  test('a cache that was not told is not empty', () => {
    expect(parseDiskUsage('{}')?.buildCache).toBeNull();
    expect(parseDiskUsage('{"BuildCache":7}')?.buildCache).toBeNull();
    expect(parseDiskUsage('[]')).toBeNull();
  });
});

describe('two daemons on one data root', () => {
  type Seen = { pid: number; comm: string; root_id: string | null; hosts: string[] };
  const seen: Seen[] = JSON.parse(fixture('docker-inventory/two-dockerds/collector-view-while-two.json'));

  test('are a group, others are none', () => {
    const daemons = seen
      .filter(({ comm }) => comm === 'dockerd')
      .map(({ pid, root_id }) => {
        const [device, inode] = root_id?.split(':') ?? [];
        return { pid, dataRootIdentity: inode === undefined ? null : { device: Number(device), inode } };
      });
    const all = [...daemons, { pid: 1, dataRootIdentity: null }, { pid: 2, dataRootIdentity: null }];
    const groups = sharedDataRoots(all);
    expect(groups.map((group) => group.map(({ pid }) => pid))).toEqual([[10508, 31784]]);
  });
});
