import { writeFileSync } from 'node:fs';
import type { Layout, Reading, SeriesName } from '@silt/domain';
import type { Lab } from '../lab.ts';
import { check, type Look } from '../look.ts';
import { run } from '../programs.ts';

const FILE_SYSTEM_BYTES = 1024 ** 3;
const WRITTEN_BYTES = 8 * 1024 ** 2;
const MIB = 1024 ** 2;

export async function btrfs(lab: Lab, look: Look): Promise<void> {
  const mountPoint = await lab.mountLoopFile({ name: 'store', type: 'btrfs', bytes: FILE_SYSTEM_BYTES });
  const subvolume = (...parameters: string[]) => run('btrfs', 'subvolume', ...parameters);
  await run('btrfs', 'quota', 'enable', mountPoint);
  await subvolume('create', `${mountPoint}/data`);
  await subvolume('create', `${mountPoint}/data/nested`);
  await subvolume('create', `${mountPoint}/a name path with words`);
  await subvolume('create', `${mountPoint}/gone`);
  writeFileSync(`${mountPoint}/data/file`, Buffer.alloc(WRITTEN_BYTES, 'x'));
  await subvolume('snapshot', '-r', `${mountPoint}/data`, `${mountPoint}/snapshot`);
  await subvolume('delete', `${mountPoint}/gone`);
  await run('btrfs', 'filesystem', 'sync', mountPoint);
  await run('btrfs', 'quota', 'rescan', '-w', mountPoint);
  await look('as built', [], (seen) => {
    const store = () => seen.layout.stores.find(({ name }) => name === mountPoint);
    const own = () => seen.inventory.btrfs?.find(({ storeKey }) => storeKey === store()?.key);
    const named = (path: string) => own()?.subvolumes?.find((one) => one.path === path);
    return [
      check('profiles', { data: ['single'], metadata: ['dup'], system: ['dup'] }, () => store()?.btrfs?.profiles),
      check('size of the device', FILE_SYSTEM_BYTES, () => readingOf(seen, store()?.key, 'deviceBytes')),
      check('bytes of data', WRITTEN_BYTES, () => readingOf(seen, store()?.key, 'dataUsedBytes')),
      check('paths', ['a name path with words', 'data', 'data/nested', 'snapshot'], () =>
        own()
          ?.subvolumes?.map(({ path }) => path)
          .sort(),
      ),
      check('read-only ones', ['snapshot'], () =>
        own()?.subvolumes?.flatMap((one) => (one.readOnly ? [one.path] : [])),
      ),
      check('the parent of the nested one', true, () => named('data/nested')?.parentId === named('data')?.id),
      check('the origin of the snapshot', true, () => named('snapshot')?.parentUuid === named('data')?.uuid),
      check('quota groups', 'qgroup', () => own()?.quota?.mode),
      check('bytes shared by subvolume and snapshot', WRITTEN_BYTES / MIB, () => inMib(named('data')?.referencedBytes)),
      check('none of them its own', 0, () => inMib(named('data')?.exclusiveBytes)),
      check('nothing goes on', 'none', () => own()?.exclusiveOperation),
      check('commits', true, () => (own()?.commits?.count ?? 0) > 0),
    ];
  });
}

const inMib = (bytes: number | null | undefined) => (bytes == null ? bytes : Math.round(bytes / MIB));

function readingOf(
  { layout, readings }: { layout: Layout; readings: readonly Reading[] },
  key: string | undefined,
  series: SeriesName,
) {
  return readings[layout.entries.findIndex((one) => one.storeKey === key && one.series === series)];
}
