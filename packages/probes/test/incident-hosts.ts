import { type Answers, capturedAnswers } from './fake-docker.ts';
import { BTRFS_UUID } from './fake-host.ts';
import { btrfsCapture, exhaustionSamples, fixture } from './fixture.ts';
import { dfOf, type IncidentHost, only } from './incident-host.ts';
import { subvolumesBelow } from './layers-capture.ts';
import { capture } from './mounts-fake-proc.ts';

/** Hosts of the five incidents, made of captures. What was not captured is said where it is put. */

const ROOT_CGROUP = '9:name=systemd:/\n';
const hostUnix = (path: string): string => `unix:///srv/lab/run/${path}/docker.sock`;
const hostSocket = (path: string): string => `host/srv/lab/run/${path}/docker.sock`;

export const BTRFS_ROOT = '/srv/lab/mnt/dbtr/docker';
export const DOCKER_ON_BTRFS = 25_454;

/** Docker on btrfs; the sysfs of its file system is that of another moment than its answers. */
async function putDockerOnBtrfs(host: IncidentHost, answers: Answers, tree = btrfsCapture()): Promise<void> {
  host.putMounts(fixture('mounts/docker-btrfs.txt'));
  for (const [path, text] of tree) host.blocks.put(`sys/fs/btrfs/${BTRFS_UUID}/${path}`, text);
  host.start(DOCKER_ON_BTRFS, {
    ...{ name: 'dockerd', mountNamespace: '4026531832', mountinfo: fixture('mounts/docker-btrfs.txt') },
    arguments: ['dockerd', '--data-root', BTRFS_ROOT, '-H', hostUnix('b')],
    cgroup: ROOT_CGROUP,
  });
  await host.listen(hostSocket('b'), answers);
}

/** Volumes of incident 1: of the nested daemon, and of the one whose removal broke off. */
export const LEFT_VOLUME = '49b2f5e715d602cc5336bea175b7355b0c688d2f982daa0bc51f69967e380850';
export const HALF_VOLUME = '651048c646f037307e9d96c9ef5bc190652f197eef9c35b75f84e67fefa92a1e';
const DIND_STEPS = { 2: 'btrfs-2-dind-running', 3: 'btrfs-3-dind-removed', 4: 'btrfs-4-volume-rm-failed' } as const;

/** docker-btrfs-2, 3 or 4: the daemon's answers, its data root and the lists of subvolumes. */
export async function putDindStep(host: IncidentHost, step: 2 | 3 | 4): Promise<void> {
  const body = (name: string) => fixture(`docker-inventory/${DIND_STEPS[step]}/api_${name}.json`);
  await putDockerOnBtrfs(host, {
    ...capturedAnswers(DIND_STEPS[2]),
    ...{ '/containers/json?all=1': body('containers_json_all_1'), '/volumes': body('volumes') },
  });
  const root = host.putDataRoot(BTRFS_ROOT, DIND_STEPS[step]);
  const list = `btrfs-${step}-subvolume-list.txt`;
  for (const path of subvolumesBelow(list, 'docker')) if (path.startsWith('volumes/')) root.putSubvolume(path);
  // Not captured: what every nested daemon has in its data root beside subvolumes.
  const beside = step === 4 ? [] : ['image', 'containers', 'containerd'];
  for (const name of beside) root.mkdir(`volumes/${LEFT_VOLUME}/_data/${name}`);
  // The lists were asked without -R, so that its column is put in; nothing was ever received.
  const rows = fixture(`layers/${list}`).replace(/ uuid /g, ' received_uuid - uuid ');
  host.commands.set('btrfs subvolume list -R', rows);
  const deleted = step === 2 ? '' : fixture(`layers/btrfs-${step}-subvolume-list-deleted.txt`);
  host.commands.set('btrfs subvolume list -d', deleted);
  // Not captured as a list: incident1-volume-rm.txt says that this one is read-only.
  const readOnly = `ID 297 gen 50 top level 5 path docker/volumes/${HALF_VOLUME}/_data/btrfs/ro-backup\n`;
  // Of the same file system, at another moment.
  host.commands.set('btrfs filesystem show', fixture('btrfs-inventory/fi-show-raw.txt'));
  host.commands.set('btrfs subvolume list -r', step === 4 ? readOnly : '');
}

/** The nested daemon of docker-btrfs-2. Its API and its namespace's number were not captured. */
export function startNestedOnBtrfs(host: IncidentHost, pid: number, containerId: string): void {
  host.start(
    pid,
    {
      ...{ name: 'dockerd', parentPid: 25_662, mountNamespace: '4026532300' },
      arguments: ['dockerd', '--storage-driver', 'btrfs', '-H', 'unix:///var/run/docker.sock'],
      mountinfo: capture('btrfs-2-nested-dockerd.txt'),
      cgroup: `9:name=systemd:/labb/${containerId}\n`,
    },
    'dind',
  );
  host.makeFolder('dind/var/lib/docker');
}

export const EXT_ROOT = '/srv/lab/mnt/ext/docker';
export const DOCKER_ON_EXT = 31_784;
const EXT_NAMESPACE = '4026532177';

/** incident2-overlay-leak, while the removal of o5 had failed; images and volumes as some minutes before. */
export async function putOverlayLeak(host: IncidentHost): Promise<void> {
  const actors = { host: [31_754, EXT_NAMESPACE], private: [835, '1001'], slave: [836, '1002'] } as const;
  for (const [actor, [pid, mountNamespace]] of Object.entries(actors)) {
    const mountinfo = capture(`overlay-leak/leaked.${actor}.txt`);
    host.start(pid, { name: 'sleep', mountNamespace, mountinfo, cgroup: ROOT_CGROUP });
  }
  host.start(DOCKER_ON_EXT, {
    ...{ name: 'dockerd', mountNamespace: EXT_NAMESPACE, mountinfo: capture('overlay-leak/leaked.dockerd.txt') },
    ...{ arguments: ['dockerd', '--data-root', EXT_ROOT, '-H', hostUnix('e')], cgroup: ROOT_CGROUP },
  });
  host.putMounts(capture('overlay-leak/leaked.host.txt'));
  host.putDataRoot(EXT_ROOT, '../mount-namespaces/overlay-leak/layout');
  await host.listen(hostSocket('e'), {
    ...capturedAnswers('overlay2-1-normal'),
    '/containers/json?all=1': capture('overlay-leak/containers.json'),
  });
}

export const XFS_ROOT = '/srv/lab/mnt/xfs/docker';

/**
 * incident2-mountflags-slave-live-restore after the daemon's restart. Its API and its unit were not captured: /info is
 * that of another daemon of the lab with the data root edited, the unit is as systemd.exec(5) has it.
 */
export async function putMountFlags(host: IncidentHost): Promise<void> {
  const engine = '/srv/lab/run/x/exec/containerd';
  const evidence = capture('mountflags/after-restart-evidence.txt');
  const [, inContainer = ''] = /^in container ns:\n(.*)$/m.exec(evidence) ?? [];
  const [inDaemon, inShim] = [
    capture('mountflags/mountinfo.dockerd-after.txt'),
    capture('mountflags/mountinfo.shim.txt'),
  ];
  const words: Record<string, string[]> = {
    dockerd: ['dockerd', '--data-root', XFS_ROOT, '--exec-root', '/srv/lab/run/x/exec', '-H', hostUnix('x')],
    containerd: ['containerd', '--config', `${engine}/containerd.toml`, '--log-level', 'info'],
    'containerd-shim': ['containerd-shim-runc-v2', '-namespace', 'moby', '-address', `${engine}/containerd.sock`],
  };
  for (const row of capture('mountflags/ns-after-restart.txt').trim().split('\n')) {
    const [, pid = '', name = '', inode = ''] = /^(\d+) (\S+) mnt=mnt:\[(\d+)\]/.exec(row) ?? [];
    if (pid === '') continue;
    const mountinfo = { sleep: `${inContainer}\n`, 'containerd-shim': inShim }[name] ?? inDaemon;
    host.start(Number(pid), {
      ...{ name, mountNamespace: inode, mountinfo, parentPid: name === 'containerd' ? 3_476 : 1 },
      ...(words[name] === undefined ? {} : { arguments: words[name] }),
      cgroup: name === 'sleep' ? ROOT_CGROUP : '1:name=systemd:/system.slice/docker.service\n',
    });
  }
  host.put('host/lib/systemd/system/docker.service', '[Service]\nMountFlags=slave\n');
  host.putMounts(inShim);
  const info = fixture('docker/info.json').replace(`"DockerRootDir":"${EXT_ROOT}"`, `"DockerRootDir":"${XFS_ROOT}"`);
  await host.listen(hostSocket('x'), { '/info': info, '/version': fixture('docker/version.json') });
}

/** The container of incident3-dind-overlay2-tcp2375, and its process of dockerd. */
export const DINP = 'dcb9c9545526ce2658e94afd1c5dd7fe1351ebdade08950d66753578cf455402';
export const NESTED_ON_TCP = 11_375;

/** The daemon that the nested one and the second one lie over; of its 158 containers the one that matters. */
export async function putOuterDaemon(host: IncidentHost): Promise<void> {
  host.putMounts(fixture('mounts/docker-overlay2.txt'));
  host.start(DOCKER_ON_EXT, {
    ...{ name: 'dockerd', mountNamespace: EXT_NAMESPACE, mountinfo: fixture('mounts/docker-overlay2.txt') },
    arguments: ['dockerd', '--data-root', EXT_ROOT, '-H', hostUnix('e')],
    ...{ networkNamespace: '4026531833', startTicks: 100 },
  });
  host.makeFolder(`host${EXT_ROOT}`);
  const captured = (name: string) => fixture(`docker-inventory/dind-tcp2375/${name}.json`);
  const [inspected] = JSON.parse(captured('inspect-dinp')) as unknown[];
  await host.listen(hostSocket('e'), {
    ...{ '/version': fixture('docker/version.json'), '/info': fixture('docker/info.json'), '/images/json': '[]' },
    '/containers/json?all=1': captured('outer-containers-1-of-158'),
    '/volumes': captured('outer-volumes-1-of-139'),
    [`/containers/${DINP}/json`]: JSON.stringify(inspected),
  });
}

/** The other daemons of incident3-two-dockerds, none of which has its socket yet. */
export function startOtherDaemons(host: IncidentHost): void {
  type Seen = { pid: number; ppid: number; comm: string; mnt_ns: string; data_root: string; hosts: string[] };
  const seen: Seen[] = JSON.parse(fixture('docker-inventory/two-dockerds/collector-view-while-two.json'));
  for (const { pid, ppid, comm, mnt_ns, data_root, hosts } of seen) {
    if (comm !== 'dockerd' || pid === DOCKER_ON_EXT) continue;
    host.makeFolder(`host${data_root}`);
    host.start(pid, {
      ...{ name: comm, parentPid: ppid, mountNamespace: /\d+/.exec(mnt_ns)?.[0] ?? '' },
      arguments: ['dockerd', '--data-root', data_root, ...hosts.flatMap((one) => ['-H', one])],
    });
  }
}

/** Its files of /proc are captured but for the API of its socket. */
export function startNestedOnTcp(host: IncidentHost, cgroup: string): void {
  const captured = (file: string) => fixture(`docker-inventory/dind-tcp2375/nested-dockerd.${file}`);
  const links = [...captured('fd-sockets.txt').matchAll(/ (\d+) -> (socket:\S+)$/gm)];
  host.start(
    NESTED_ON_TCP,
    {
      ...{ name: 'dockerd', parentPid: 11_355, mountNamespace: '4026534276', networkNamespace: '4026534280', cgroup },
      ...{ mountinfo: captured('mountinfo'), arguments: captured('cmdline').split('\0').slice(0, -1) },
      descriptors: Object.fromEntries(links.map(([, fd, target = '']) => [fd, { target, mountId: null }])),
    },
    'dinp',
  );
  host.makeFolder('dinp/var/lib/docker');
  for (const file of ['tcp', 'tcp6']) host.put(`proc/${NESTED_ON_TCP}/net/${file}`, captured(`net_${file}`));
}

export const DOCKER_ON_DM = 90;
const DM_MOUNTS = '/var/lib/docker/devicemapper/mnt';
type ThinStep = 'B02-three-running' | 'B15-fill';
/** Of loopfiles.txt of each step. */
const DATA_FILE_BLOCKS = { 'B02-three-running': 42_064, 'B15-fill': 612_328 };

/** A step of dm-thin-vm. What dockerd has mounted is left out of the host's mounts, as with a namespace of its own. */
export async function putThinStep(host: IncidentHost, step: ThinStep): Promise<void> {
  const folder = `thin-pool/dm-thin-vm/${step}`;
  host.blocks.putCapture(fixture(`${folder}/sysfs.txt`));
  for (const command of ['status', 'table'] as const) host.putDmsetup(command, fixture(`${folder}/${command}.txt`));
  const dataFile = '/var/lib/docker/devicemapper/devicemapper/data';
  host.files.set(dataFile, { size: 314_572_800, blocks: DATA_FILE_BLOCKS[step] });
  putThinDataRoot(host);
  const mountinfo = capture('devicemapper-B02.txt');
  const rows = mountinfo.split('\n');
  host.putMounts(rows.filter((row) => !row.includes(DM_MOUNTS)).join('\n'));
  host.start(DOCKER_ON_DM, { name: 'dockerd', mountNamespace: '4026532100', mountinfo, arguments: ['dockerd'] });
  for (const row of rows.filter((one) => one.includes(DM_MOUNTS))) {
    const mountPoint = row.split(' ')[4] ?? '';
    host.spaces.set(`${DOCKER_ON_DM} ${mountPoint}`, dfOf(step, mountPoint));
  }
  await host.listen('host/var/run/docker.sock', thinAnswers());
}

/** The daemon's records, which are the same at both steps: its files with a text, the rest of its tree as folders. */
function putThinDataRoot(host: IncidentHost): void {
  const root = host.putEmptyDataRoot('/var/lib/docker');
  const captured = (file: string) => fixture(`layers/devicemapper/B02-three-running/${file}`).trim().split('\n');
  for (const row of [...captured('layerdb.txt'), ...captured('devicemapper-metadata.txt')]) {
    const [, path = '', text = ''] = /^([^:]+): ?(.*)$/.exec(row) ?? [];
    if (!path.includes('*')) root.put(path, text);
  }
  for (const row of captured('tree.txt')) if (!root.has(row)) root.mkdir(row);
}

type Inspected = { Id: string; Name: string; Image: string; Config: { Image: string }; State: { Status: string } };

/** The list of containers was not captured: its rows are made of what their inspections say. */
function thinAnswers(): Answers {
  const inspected: Inspected[] = JSON.parse(fixture('docker-inventory/devicemapper/inspect.json'));
  const rows = inspected.map(({ Id, Name, Image, Config, State }) => ({
    ...{ Id, Names: [Name], Image: Config.Image, ImageID: Image, State: State.Status, Status: 'Up 2 seconds' },
  }));
  return {
    '/version': fixture('docker/version.json'),
    '/info': fixture('docker-inventory/devicemapper/info.json'),
    '/containers/json?all=1': JSON.stringify(rows),
    ...{ '/images/json': '[]', '/volumes': '{"Volumes":[]}' },
    ...Object.fromEntries(inspected.map((one) => [`/containers/${one.Id}/json`, JSON.stringify(one)])),
  };
}

interface ExhaustionSample {
  n: number;
  statfs: Record<'f_bsize' | 'f_blocks' | 'f_bfree' | 'f_bavail', number>;
}

/** A sample of btrfs-exhaustion.jsonl. The containers are those of docker-btrfs-2, on the same kind of file system. */
export async function putExhaustionSample(host: IncidentHost, sample: number): Promise<void> {
  const rows = fixture('btrfs/exhaustion-4-of-72.jsonl').trim().split('\n');
  const { statfs } = only(rows.map((row): ExhaustionSample => JSON.parse(row)).filter(({ n }) => n === sample));
  const { tree } = only(exhaustionSamples().filter((one) => one.sample === sample));
  await putDockerOnBtrfs(host, capturedAnswers('btrfs-2-dind-running'), tree);
  host.spaces.set('/srv/lab/mnt/dbtr', {
    ...{ bsize: BigInt(statfs.f_bsize), blocks: BigInt(statfs.f_blocks) },
    ...{ bfree: BigInt(statfs.f_bfree), bavail: BigInt(statfs.f_bavail), files: 0n, ffree: 0n },
  });
}

type LoopSpace = Record<'blocks' | 'bavail' | 'bsize', number>;
interface LoopSample {
  n: number;
  inner: LoopSpace;
  outer: LoopSpace;
  image: { size: number; allocated: number };
  unbacked: number;
  outer_avail: number;
  mountinfo: string;
}

/**
 * A sample of loop-pseudo-fs. Neither the outer mount nor the file's name was captured with it: the name is that of
 * backing_file-deleted.txt, undeleted by an edit. Blocks that only root may take are told as used.
 */
export function putLoopSample(host: IncidentHost, n: number): LoopSample {
  const rows = fixture('loop/sparse-overcommit-series.jsonl').trim().split('\n');
  const sample = only(rows.map((row): LoopSample => JSON.parse(row)).filter((one) => one.n === n));
  const backing = fixture('loop/backing_file-deleted.txt').replace(' (deleted)', '').trim();
  host.blocks.put('sys/block/loop4/loop/backing_file', `${backing}\n`);
  host.put(`host${backing}`, '');
  host.files.set(backing, { size: sample.image.size, blocks: sample.image.allocated / 512 });
  const outer = '4502 27 7:3 / /srv/lab/mnt/outer rw,relatime - ext4 /dev/loop3 rw';
  host.putMounts(`27 1 254:0 / / rw - tmpfs t rw\n${outer}\n${sample.mountinfo}\n`);
  const spaces = { '/srv/lab/mnt/pseudo': sample.inner, '/srv/lab/mnt/outer': sample.outer };
  for (const [path, { blocks, bavail, bsize }] of Object.entries(spaces)) {
    const counts = { bsize: BigInt(bsize), blocks: BigInt(blocks), bfree: BigInt(bavail), bavail: BigInt(bavail) };
    host.spaces.set(path, { ...counts, files: 0n, ffree: 0n });
  }
  return sample;
}
