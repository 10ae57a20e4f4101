import { writeFileSync } from 'node:fs';
import { IMAGE, makeRootFileSystem, startDocker } from '../docker.ts';
import type { Lab } from '../lab.ts';
import { check, type Look } from '../look.ts';
import { mountNamespace, startInPrivateNamespace } from '../private-namespace.ts';
import { run } from '../programs.ts';

const FILE_SYSTEM_BYTES = 1024 ** 3;
const PINNED_BYTES = 4 * 1024 ** 2;
const LIFE_SECONDS = '600';

/**
 * Incident 2. Kernels since 3.18 detach a mount elsewhere when its mount point is removed, as Docker does: what stays is
 * a bind of it, and a file held open.
 */
export async function leakedMount(lab: Lab, look: Look): Promise<void> {
  await makeRootFileSystem(lab);
  const mountPoint = await lab.mountLoopFile({ name: 'store', type: 'ext4', bytes: FILE_SYSTEM_BYTES });
  const { docker, socket } = await startDocker(lab, {
    name: 'docker',
    dataRoot: `${mountPoint}/docker`,
    driver: 'overlay2',
  });
  const id = await docker('run', '--detach', '--name', 'leaky', '--network', 'none', IMAGE, 'sleep', LIFE_SECONDS);
  const pinned = await docker('run', '--detach', '--name', 'pinned', '--network', 'none', IMAGE, 'sleep', LIFE_SECONDS);
  const merged = (container: string) => docker('inspect', '--format', '{{.GraphDriver.Data.MergedDir}}', container);
  const mounted = await merged(id);
  const held = lab.path('held');
  await run('mkdir', held);
  const holder = await startInPrivateNamespace(lab, `mount --bind ${mounted} ${held} && touch ${lab.path('ready')}`);
  const file = `${await merged(pinned)}/pinned-file`;
  writeFileSync(file, Buffer.alloc(PINNED_BYTES, 'x'));
  const reader = await startInPrivateNamespace(lab, `exec 7< ${file} && touch ${lab.path('ready')}`);
  await look('both containers running', [socket], (seen) => [
    check('nothing is leaked', [], () => seen.inventory.leaks),
    check('nothing is pinned', [], () => seen.inventory.mounts?.pins),
  ]);

  await docker('kill', 'leaky');
  await docker('rm', '--force', 'pinned');
  await look('one killed, one removed', [socket], (seen) => {
    const leak = () => seen.inventory.leaks?.[0];
    const pin = () => seen.inventory.mounts?.pins?.[0];
    return [
      check('one leak', 1, () => seen.inventory.leaks?.length),
      check('of that container', id, () => leak()?.containerId),
      check('held in that namespace', `mnt:[${leak()?.places[0]?.namespace}]`, () => mountNamespace(holder)),
      check('by that process', [holder], () => leak()?.places.flatMap(({ holders }) => holders.map(({ pid }) => pid))),
      check('where no unmount reaches it', false, () => leak()?.reachedByUnmount),
      check('the file that is held open', PINNED_BYTES, () => pin()?.sizeBytes),
      check('by the other process', [reader], () => pin()?.holders.map(({ pid }) => pid)),
    ];
  });
}
