import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { COLLECTOR_BUNDLE } from '../collector-bundle.ts';
import { IMAGE, makeRootFileSystem, startDocker } from '../docker.ts';
import type { Lab } from '../lab.ts';
import { type Check, check, type Look, type Seen } from '../look.ts';

const FILE_SYSTEM_BYTES = 1024 ** 3;
const LIFE_SECONDS = '600';
/** What docs/collector.md says a container needs, and no more. */
const PRIVILEGES = ['--pid', 'host', '--cap-drop', 'ALL', '--cap-add', 'SYS_PTRACE', '--cap-add', 'DAC_READ_SEARCH'];
/** Docker refuses rslave where the host's `/` is not shared, as systemd has it; a test machine may be without. */
const hostVolume = (): string =>
  `/:/host:ro${/ \/ \/ \S+ shared:/.test(readFileSync('/proc/self/mountinfo', 'utf8')) ? ',rslave' : ''}`;

/** What a collector in a container sees of the host that one on the host sees. */
export async function container(lab: Lab, look: Look): Promise<void> {
  await makeRootFileSystem(lab);
  const mountPoint = await lab.mountLoopFile({ name: 'store', type: 'btrfs', bytes: FILE_SYSTEM_BYTES });
  const outer = await startDocker(lab, { name: 'docker', dataRoot: `${mountPoint}/docker`, driver: 'btrfs' });
  await outer.docker('run', '--detach', '--name', 'runs', '--network', 'none', IMAGE, 'sleep', LIFE_SECONDS);
  const runCollector = async (): Promise<Seen> => {
    const programs = ['--volume', '/usr:/usr:ro', '--volume', `${dirname(process.execPath)}:/node:ro`];
    const bundle = ['--volume', `${dirname(COLLECTOR_BUNDLE)}:/collector:ro`];
    const command = ['/node/node', '/collector/silt-collector.mjs', 'once', '--json', '--host-root', '/host'];
    const options = ['--rm', '--network', 'none', ...PRIVILEGES, '--volume', hostVolume(), ...programs, ...bundle];
    return JSON.parse(await outer.docker('run', ...options, IMAGE, ...command, '--docker-socket', outer.socket));
  };
  const inside = await runCollector();
  await look('beside one on the host', [outer.socket], (seen) => [
    ...sameChecks(seen, inside),
    check('what it may not read is told', ['unavailable'], () =>
      inside.probes.filter(({ probe }) => probe === 'subvolumes').map(({ status }) => status),
    ),
  ]);
}

function sameChecks(outside: Seen, inside: Seen): Check[] {
  const same = (what: string, of: (seen: Seen) => unknown): Check =>
    check(`the same ${what}`, of(outside), () => of(inside));
  const daemons = ({ inventory }: Seen) => inventory.docker?.daemons ?? [];
  return [
    same('stores', ({ layout }) => layout.stores.map(({ key }) => key)),
    same('loop files', ({ layout }) => layout.stores.map(({ loop }) => loop?.backingFile ?? null)),
    same('daemons', (seen) => daemons(seen).map(({ key, pid, dataRootIdentity }) => [key, pid, dataRootIdentity])),
    same('stores of daemons', ({ layout }) => layout.daemons.map(({ storeKey }) => storeKey)),
    same('writable layers but for its own', ({ inventory }) =>
      inventory.dataRoots.flatMap(({ layers }) => layers.mounts?.slice(0, 1).map(({ mountId }) => mountId !== null)),
    ),
    same('devices', ({ inventory }) => inventory.devices?.map(({ name }) => name)),
  ];
}
