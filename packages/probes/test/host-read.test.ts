import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashMachineId } from '../src/host/parse.ts';
import { readHostFacts, readMaxUserNamespaces } from '../src/host/read.ts';
import { FakeHost } from './fake-host.ts';

let host: FakeHost;
beforeEach(() => {
  host = new FakeHost();
  host.put('etc/hostname', 'ci-runner-7\n');
  host.put('proc/sys/kernel/hostname', '4f1c2d3e4a5b\n');
  host.put('proc/sys/kernel/osrelease', '6.18.44-fc-v669\n');
  host.put('usr/lib/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
});
afterEach(() => host.remove());

const id = '0123456789abcdef0123456789abcdef';
const uuid = '4c4c4544-0042-3510-8052-b4c04f4a3132';

// user_namespaces(7). Not seen in a capture.
test.each([
  ['63499\n', 63_499],
  ['0\n', 0],
  ['-1\n', null],
  ['many\n', null],
  ['', null],
])('the limit of user namespaces, %j, is %j', async (text, limit) => {
  host.put('proc/sys/user/max_user_namespaces', text);
  expect(await readMaxUserNamespaces(host.options.roots)).toBe(limit);
});

test('a kernel without a limit of user namespaces says nothing, which is not none', async () => {
  expect(await readMaxUserNamespaces(host.options.roots)).toBeNull();
});

test('in a container the host is told by its own files, and not by the container', async () => {
  host.put('etc/machine-id', `${id}\n`);
  expect(await readHostFacts(host.options.roots, null)).toMatchObject({
    machineId: hashMachineId(id),
    name: 'ci-runner-7',
    kernelRelease: '6.18.44-fc-v669',
    distribution: 'Debian GNU/Linux 12 (bookworm)',
  });
});

test('the machine id is looked for in its places in turn', async () => {
  host.put('etc/machine-id', 'uninitialized\n');
  host.put('sys/class/dmi/id/product_uuid', `${uuid}\n`);
  expect((await readHostFacts(host.options.roots, null)).machineId).toBe(hashMachineId(uuid));
  host.put('var/lib/dbus/machine-id', `${id}\n`);
  expect((await readHostFacts(host.options.roots, null)).machineId).toBe(hashMachineId(id));
});

test('a host without any id gets one that it keeps', async () => {
  const state = join(host.folder, 'state/silt');
  const [first, second] = [
    await readHostFacts(host.options.roots, state),
    await readHostFacts(host.options.roots, state),
  ];
  expect(second.machineId).toBe(first.machineId);
  expect(first.machineId).toBe(hashMachineId(readFileSync(join(state, 'machine-id'), 'utf8').trim()));
  rmSync(state, { recursive: true });
  expect((await readHostFacts(host.options.roots, state)).machineId).not.toBe(first.machineId);
});

test('without an id and without a folder to keep one in, it says what to do', async () => {
  await expect(readHostFacts(host.options.roots, null)).rejects.toThrow('name a state folder');
});

/** After public sources that host/parse.ts names: no capture of a NAS is here. */
describe('the maker of a NAS', () => {
  const vendor = async () => {
    host.put('etc/machine-id', `${id}\n`);
    return (await readHostFacts(host.options.roots, null)).vendor;
  };
  const version = 'majorversion="7"\nproductversion="7.3.2"\nbuildnumber="86009"\nos_name="DSM"\n';
  const qnap = '[System]\nModel = TS-X53D\nVersion = 5.1.0\n[Network]\nModel = x\n';

  test('is none on a host of another kind', async () => {
    host.put('etc/version', '20240101\n');
    expect(await vendor()).toBeNull();
  });

  test.each([
    [
      'Synology',
      { 'proc/sys/kernel/syno_hw_version': 'DS1520+\n', 'etc.defaults/VERSION': version },
      'Synology DS1520+, DSM 7.3.2-86009',
    ],
    ['Synology that tells its model alone', { 'proc/sys/kernel/syno_hw_version': 'DS920+\n' }, 'Synology DS920+'],
    ['Synology that tells its system alone', { 'etc.defaults/VERSION': version }, 'Synology, DSM 7.3.2-86009'],
    ['an old Synology', { 'etc.defaults/VERSION': 'productversion="5.2"\n' }, 'Synology, DSM 5.2'],
    ['QNAP', { 'etc/config/uLinux.conf': qnap }, 'QNAP TS-X53D, QTS 5.1.0'],
    ['QNAP in other cases', { 'etc/config/uLinux.conf': '[system]\nmodel=TS-451\n' }, 'QNAP TS-451'],
    ['Unraid', { 'etc/unraid-version': 'version="7.3.0"\n' }, 'Unraid 7.3.0'],
    [
      'Unraid with an empty file of QNAP',
      { 'etc/unraid-version': 'version="6.12.4"\n', 'etc/config/uLinux.conf': '' },
      'Unraid 6.12.4',
    ],
    ['TrueNAS', { 'etc/version': '25.04.0\n', 'usr/local/bin/freenas-debug': '' }, 'TrueNAS 25.04.0'],
    ['TrueNAS before', { 'etc/version': 'TrueNAS-SCALE-22.12.4.2\n' }, 'TrueNAS-SCALE-22.12.4.2'],
    ['TrueNAS without a version', { 'usr/local/bin/freenas-debug': '' }, 'TrueNAS'],
  ])('%s', async (_, files, wanted) => {
    for (const [path, text] of Object.entries(files)) host.put(path, text);
    expect(await vendor()).toBe(wanted);
  });

  test('is none by files that say nothing to be understood', async () => {
    host.put('proc/sys/kernel/syno_hw_version', '\n');
    host.put('etc.defaults/VERSION', 'productversion=\nbuildnumber="1"\n');
    host.put('etc/config/uLinux.conf', '[Network]\nModel = x\n[System]\nModel =\n');
    host.put('etc/unraid-version', 'version="\0"\n');
    host.put('etc/version', '\0');
    expect(await vendor()).toBeNull();
  });

  test('has at most 128 characters, none that controls a terminal', async () => {
    host.put('proc/sys/kernel/syno_hw_version', `\u{1b}[31m${'x'.repeat(1_000)}\n`);
    const shown = await vendor();
    expect(shown).toHaveLength(128);
    expect(shown).toMatch(/^Synology {2}\[31mx+$/);
  });
});
