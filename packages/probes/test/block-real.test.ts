import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainOf } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBlockDevices } from '../src/block/read.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { describeReal, programPath } from './real-machine.ts';

const IMAGE_BYTES = 64 * 1024 ** 2;
const PROGRAMS = ['losetup', 'addpart', 'delpart'];

const run = (name: string, ...parameters: string[]): string =>
  execFileSync(programPath(name) ?? name, parameters, { encoding: 'utf8' }).trim();

describeReal('a loop device of this machine', { loopDevices: true, programs: PROGRAMS }, () => {
  let [folder, image, device] = ['', '', ''];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'silt-block-'));
    image = join(folder, 'a disk - 1.img');
    writeFileSync(image, '');
    truncateSync(image, IMAGE_BYTES);
    device = run('losetup', '--find', '--show', '--offset', '1048576', '--sizelimit', '50331648', '--partscan', image);
    // Told to the kernel by hand, so that it needs no parser of partition tables.
    run('addpart', device, '1', '2048', '65536');
  });
  afterAll(() => {
    if (device !== '') {
      run('delpart', device, '1');
      run('losetup', '--detach', device);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('is read with its file, offset and limit, and its partition lies on it', async () => {
    const { value, problems } = await readBlockDevices(DEFAULT_ROOTS);
    expect(problems).toEqual([]);
    const name = device.slice('/dev/'.length);
    expect(value.find((one) => one.name === name)).toMatchObject({
      ...{ kind: 'loop', sizeBytes: 50_331_648, readOnly: false, below: [], holders: [`${name}p1`] },
      loop: {
        ...{ backingFile: image, deleted: false, offsetBytes: 1_048_576, sizeLimitBytes: 50_331_648 },
        ...{ autoclear: false, partscan: true, directIo: false },
      },
    });
    const chain = chainOf(value, `${device}p1`);
    expect(chain).toMatchObject({
      device: { kind: 'partition', sizeBytes: 33_554_432, readOnly: false },
      below: [{ device: { name }, below: [], isCut: false }],
    });
    expect(chain?.device.device).toMatch(/^\d+:\d+$/);
  });

  test('and those that nobody has set up are left out', async () => {
    const { value } = await readBlockDevices(DEFAULT_ROOTS);
    expect(value.filter(({ kind, loop }) => kind === 'loop' && loop === null)).toEqual([]);
    expect(value.map(({ name }) => name)).toEqual(value.map(({ name }) => name).sort());
  });
});
