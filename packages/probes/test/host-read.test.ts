import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashMachineId } from '../src/host/parse.ts';
import { readHostFacts } from '../src/host/read.ts';
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
