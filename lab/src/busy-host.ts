import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { IMAGE, makeRootFileSystem, startDocker } from './docker.ts';
import type { Lab } from './lab.ts';
import { PATH, run } from './programs.ts';

export interface BusyHostSize {
  subvolumes: number;
  layers: number;
  containers: number;
  processes: number;
  namespaces: number;
}

export interface BusyHost {
  mountPoint: string;
  socket: string;
}

const IMAGE_BYTES = 8 * 1024 ** 3;
const AT_ONCE = 4;
/** Longer than whatever is measured or looked at. */
const LIFE_SECONDS = '604800';

/** A host with so much on it: a btrfs with quota groups, Docker on it, and processes that do nothing. */
export async function buildBusyHost(lab: Lab, size: BusyHostSize, log: (line: string) => void): Promise<BusyHost> {
  await makeRootFileSystem(lab);
  const mountPoint = await lab.mountLoopFile({ name: 'busy', type: 'btrfs', bytes: IMAGE_BYTES });
  await run('btrfs', 'quota', 'enable', mountPoint);
  const { docker, socket } = await startDocker(lab, {
    ...{ name: 'docker', dataRoot: `${mountPoint}/docker`, driver: 'btrfs' },
  });
  log(`importing ${size.layers} images of a layer each`);
  await repeat(size.layers - 1, async (place) => {
    const folder = lab.path(`image-${place}`);
    mkdirSync(folder);
    writeFileSync(`${folder}/file`, `${place}\n`);
    await run('tar', '-C', folder, '-cf', `${folder}.tar`, '.');
    await docker('import', `${folder}.tar`, `silt-lab/layer:${place}`);
  });
  log(`creating ${size.containers} containers`);
  await repeat(size.containers, async (place) => {
    await docker('create', '--name', `container-${place}`, '--network', 'none', IMAGE, 'sleep', LIFE_SECONDS);
  });
  const left = Math.max(0, size.subvolumes - size.layers - 2 * size.containers);
  await repeat(left, (place) => run('btrfs', 'subvolume', 'create', `${mountPoint}/subvolume-${place}`));
  log(`starting ${size.processes} processes in ${size.namespaces} mount namespaces`);
  await repeat(size.processes, (place) => startIdle(lab, place < size.namespaces));
  return { mountPoint, socket };
}

async function startIdle(lab: Lab, apart: boolean): Promise<void> {
  const [program, ...words] = apart ? ['unshare', '--mount', 'sleep', LIFE_SECONDS] : ['sleep', LIFE_SECONDS];
  const child = spawn(program as string, words, { stdio: 'ignore', env: { PATH } });
  await once(child, 'spawn');
  lab.onClose(async () => {
    const ended = once(child, 'exit');
    if (child.kill()) await ended;
  });
}

async function repeat(times: number, one: (place: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < times) {
      const place = next;
      next += 1;
      await one(place);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
