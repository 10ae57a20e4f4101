import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeRootFileSystem, startDocker, startDoomedDocker } from '../docker.ts';
import type { Lab } from '../lab.ts';
import { check, type Look } from '../look.ts';

const FILE_SYSTEM_BYTES = 1024 ** 3;
const POLL_MILLISECONDS = 50;

/** Incident 3. The second one gives up after 15 s: it is looked at before. */
export async function twoDaemons(lab: Lab, look: Look): Promise<void> {
  await makeRootFileSystem(lab);
  const mountPoint = await lab.mountLoopFile({ name: 'store', type: 'ext4', bytes: FILE_SYSTEM_BYTES });
  const dataRoot = `${mountPoint}/docker`;
  const first = await startDocker(lab, { name: 'first', dataRoot, driver: 'overlay2' });
  const second = startDoomedDocker(lab, { name: 'second', dataRoot, driver: 'overlay2' });
  while (!existsSync(lab.path('second', 'docker.pid'))) await sleep(POLL_MILLISECONDS);
  await look('both at once', [first.socket], (seen) => {
    const daemons = () => seen.inventory.docker?.daemons ?? [];
    const identities = () => daemons().map(({ dataRootIdentity }) => JSON.stringify(dataRootIdentity));
    return [
      check('two daemons by their processes', [first.pid, second.pid], () => daemons().map(({ pid }) => pid)),
      check('one of them answers', ['answers', true], () => [daemons()[0]?.state, daemons()[1]?.state !== 'answers']),
      check('one data root', true, () => identities()[0] !== 'null' && identities()[0] === identities()[1]),
      check('read once, for both', [2], () => seen.inventory.dataRoots.map(({ daemonKeys }) => daemonKeys.length)),
    ];
  });
}
