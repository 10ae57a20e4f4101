import { type Docker, IMAGE, makeRootFileSystem, startDocker, startNestedDocker } from '../docker.ts';
import type { Lab } from '../lab.ts';
import { type Check, check, type Look, type Seen } from '../look.ts';
import { run } from '../programs.ts';

const FILE_SYSTEM_BYTES = 2 * 1024 ** 3;
const LIFE_SECONDS = '600';
const MIB = 1024 ** 2;
const WRITTEN_MIB = 4;

/** Incidents 1 and 5: normal use, a nested daemon at work, and what it leaves in its volume. */
export const dockerOn =
  (driver: 'btrfs' | 'overlay2') =>
  async (lab: Lab, look: Look): Promise<void> => {
    await makeRootFileSystem(lab);
    const type = driver === 'btrfs' ? 'btrfs' : 'ext4';
    const mountPoint = await lab.mountLoopFile({ name: 'store', type, bytes: FILE_SYSTEM_BYTES });
    if (driver === 'btrfs') await run('btrfs', 'quota', 'enable', mountPoint);
    const args = ['--log-opt', 'max-size=10m'];
    const outer = await startDocker(lab, { name: 'docker', dataRoot: `${mountPoint}/docker`, driver, args });
    const ids = await fill(outer);
    await run('sync', '--file-system', mountPoint);
    await look('normal use', [outer.socket], (seen) => [
      ...storeChecks(seen, { mountPoint, type, image: lab.path('store.img') }),
      ...normalChecks(seen, { outer, driver, ids }),
    ]);

    const nested = await startNestedDocker(outer, { name: 'dind', driver }, lab.path('busybox.tar'));
    await nested.docker('run', '--detach', '--name', 'inner', '--network', 'none', IMAGE, 'sleep', LIFE_SECONDS);
    await look('a nested daemon at work', [outer.socket], (seen) => {
      const inner = () => seen.inventory.docker?.daemons.find((one) => one.nestedInContainerId === nested.containerId);
      return [
        check('it is found within its container', driver, () => inner()?.storageDriver),
        check('and lies on the same store as the outer one', true, () => {
          const stores = seen.layout.daemons.map(({ storeKey }) => storeKey);
          return stores.length === 2 && stores[0] !== null && stores[0] === stores[1];
        }),
        check('a snapshot tells its container too', [nested.containerId], () => {
          return seen.layout.daemons.flatMap(({ containerId }) => containerId ?? []);
        }),
        check('its container', ['inner'], () => inner()?.containers?.flatMap(({ names }) => names)),
        check('its plain listener', [2375], () => inner()?.listeners?.map(({ port }) => port)),
        check('privileged', true, () => containerOf(seen, 'dind')?.details?.privileged),
        check('its volume is in use', 1, () => volumeOf(seen, nested.volume)?.references),
      ];
    });

    await outer.docker('rm', '--force', 'dind');
    await look('its container removed without -v', [outer.socket], (seen) => [
      check('no daemon is left of it', [], () =>
        seen.inventory.docker?.daemons.filter((one) => one.nestedInContainerId),
      ),
      check('its volume is in use by none', 0, () => volumeOf(seen, nested.volume)?.references),
      check('and anonymous', true, () => volumeOf(seen, nested.volume)?.anonymous),
      ...leftoverChecks(seen, { volume: nested.volume, driver }),
    ]);
  };

interface ContainerIds {
  runs: string;
  stopped: string;
}

async function fill({ docker }: Docker): Promise<ContainerIds> {
  const labels = ['com.docker.compose.project=shop', 'com.docker.compose.service=db', 'secret=hunter2'];
  const options = ['--network', 'none', ...labels.flatMap((label) => ['--label', label]), '--env', 'PASSWORD=hunter2'];
  const runs = await docker(
    'run',
    '--detach',
    '--name',
    'runs',
    '--volume',
    'data:/data',
    ...options,
    IMAGE,
    'sleep',
    LIFE_SECONDS,
  );
  await docker('exec', 'runs', 'dd', 'if=/dev/zero', 'of=/written', 'bs=1M', `count=${WRITTEN_MIB}`);
  const stopped = await docker('create', '--name', 'stopped', '--network', 'none', '--volume', '/cache', IMAGE, 'true');
  return { runs, stopped };
}

function storeChecks(seen: Seen, built: { mountPoint: string; type: string; image: string }): Check[] {
  const store = () => seen.layout.stores.find(({ name }) => name === built.mountPoint);
  return [
    check('the file system', built.type, () => store()?.fileSystemType),
    check('the loop file beneath', built.image, () => store()?.loop?.backingFile),
    check('the size of the loop device', FILE_SYSTEM_BYTES, () => {
      return seen.inventory.devices?.find(({ name }) => name === store()?.loop?.device)?.sizeBytes;
    }),
    check('the store beneath the file', true, () => store()?.loop?.outerStoreKey?.startsWith('mount:')),
  ];
}

interface Normal {
  outer: Docker;
  driver: string;
  ids: ContainerIds;
}

function normalChecks(seen: Seen, { outer, driver, ids }: Normal): Check[] {
  const daemon = () => seen.inventory.docker?.daemons.find(({ socket }) => socket === outer.socket);
  const layers = () => seen.inventory.dataRoots.find(({ path }) => path === outer.dataRoot)?.layers;
  return [
    check('the daemon, by its process', outer.pid, () => daemon()?.pid),
    check('its driver', driver, () => daemon()?.storageDriver),
    check('no live-restore, and a limit of logs', [false, true], () => [
      daemon()?.liveRestore,
      daemon()?.logMaxSizeSet,
    ]),
    check(
      'its store',
      `${seen.layout.stores.find(({ name }) => outer.dataRoot.startsWith(`${name}/`) && name !== '/')?.key}`,
      () => seen.layout.daemons.find(({ socket }) => socket === outer.socket)?.storeKey,
    ),
    check('containers and their states', { runs: 'running', stopped: 'created' }, () =>
      Object.fromEntries((daemon()?.containers ?? []).map(({ names, state }) => [names[0], state])),
    ),
    check('the compose project', 'shop/db', () => {
      const { composeProject, composeService } = containerOf(seen, 'runs') ?? {};
      return `${composeProject}/${composeService}`;
    }),
    check('no secret of its labels or environment', false, () => JSON.stringify(seen).includes('hunter2')),
    check('references of the named volume', 1, () => volumeOf(seen, 'data')?.references),
    check('one anonymous volume', 1, () => daemon()?.volumes?.filter(({ anonymous }) => anonymous).length),
    check('the image', [`${IMAGE}:latest`], () => daemon()?.images?.flatMap(({ tags }) => tags)),
    check('writable layers', [ids.runs, ids.stopped].sort(), () =>
      layers()?.mounts?.map(({ containerId }) => containerId),
    ),
    check('entries: a layer, two containers, two init layers', [1, 2, 2, 0], () => {
      const counts = layers()?.entryCounts;
      return [counts?.layer, counts?.container, counts?.init, counts?.['candidate-orphan']];
    }),
    check('no leak', [], () => seen.inventory.leaks),
    ...(driver === 'btrfs'
      ? [
          check('what a container wrote, by its quota group', WRITTEN_MIB, () => {
            const mountId = layers()?.mounts?.find(({ containerId }) => containerId === ids.runs)?.mountId;
            const subvolumes = seen.inventory.btrfs?.flatMap((one) => one.subvolumes ?? []) ?? [];
            const own = subvolumes.find(({ path }) => path.endsWith(`/btrfs/subvolumes/${mountId}`));
            return Math.round((own?.exclusiveBytes ?? 0) / MIB);
          }),
        ]
      : []),
  ];
}

function leftoverChecks(seen: Seen, { volume, driver }: { volume: string; driver: string }): Check[] {
  const leftovers = () => seen.inventory.dataRoots.flatMap(({ layers }) => layers.leftovers ?? []);
  return [
    check('the leftovers in it', [[volume, [driver]]], () => leftovers().map((one) => [one.volume, one.driverFolders])),
    // An image's layer, a container's and its init layer.
    check('their layers', 3, () => leftovers()[0]?.entryCount),
    check('their subvolumes', driver === 'btrfs' ? 3 : 0, () => leftovers()[0]?.nestedSubvolumes.length),
    check('no orphan: the outer daemon knows all of its own', 0, () => {
      return seen.inventory.dataRoots[0]?.layers.entryCounts?.['candidate-orphan'];
    }),
  ];
}

function containerOf({ inventory }: Seen, name: string) {
  return inventory.docker?.daemons
    .flatMap(({ containers }) => containers ?? [])
    .find(({ names }) => names.includes(name));
}

function volumeOf({ inventory }: Seen, name: string) {
  return inventory.docker?.daemons.flatMap(({ volumes }) => volumes ?? []).find((volume) => volume.name === name);
}
