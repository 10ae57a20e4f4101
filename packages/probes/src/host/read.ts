import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { hostname, machine, release, uptime } from 'node:os';
import { join } from 'node:path';
import type { HostClock, HostFacts } from '@silt/domain';
import { type Probed, type Problem, problemOf } from '../problem.ts';
import { hostPath, type Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { wholeOf } from '../whole-of.ts';
import {
  hashMachineId,
  parseDistribution,
  parseMachineId,
  parseName,
  parseProductUuid,
  parseQnap,
  parseUnraid,
  parseUptimeMilliseconds,
  synologyOf,
  trueNasOf,
} from './parse.ts';

const UNKNOWN_BOOT_ID = 'not-read';

/** The first of `paths` whose text `parse` takes. A file that may not be read is passed over. */
async function firstOf<Value>(paths: string[], parse: (text: string) => Value | null): Promise<Value | null> {
  for (const path of paths) {
    const text = await readTextIfThere(path).catch(() => null);
    const value = text === null ? null : parse(text);
    if (value !== null) return value;
  }
  return null;
}

/**
 * Who this host is. Without a machine id of its own it gets a random one, kept in `stateFolder`; throws when there is no
 * such folder either, or it cannot be written.
 */
export async function readHostFacts(roots: Roots, stateFolder: string | null): Promise<HostFacts> {
  const etc = hostPath(roots, 'etc');
  const kernel = join(roots.procRoot, 'sys/kernel');
  const nameFiles = [join(kernel, 'hostname'), join(etc, 'hostname')];
  const inContainer = roots.hostRoot !== '/';
  return {
    machineId: hashMachineId(await readMachineId(roots, stateFolder)),
    name: (await firstOf(inContainer ? nameFiles.reverse() : nameFiles, parseName)) ?? hostname(),
    kernelRelease: (await firstOf([join(kernel, 'osrelease')], parseName)) ?? release(),
    distribution: await firstOf([join(etc, 'os-release'), hostPath(roots, 'usr/lib/os-release')], parseDistribution),
    architecture: machine(),
    vendor: await readVendor(roots),
  };
}

/** Maker of a NAS; null = none of those that are known. */
async function readVendor(roots: Roots): Promise<string | null> {
  const textOf = (path: string) => firstOf([path], (text) => text);
  const etc = (file: string) => hostPath(roots, join('etc', file));
  const synology = synologyOf(
    await textOf(join(roots.procRoot, 'sys/kernel/syno_hw_version')),
    await textOf(hostPath(roots, 'etc.defaults/VERSION')),
  );
  return (
    synology ??
    (await firstOf([etc('config/uLinux.conf')], parseQnap)) ??
    (await firstOf([etc('unraid-version')], parseUnraid)) ??
    trueNasOf(await textOf(etc('version')), await isThere(hostPath(roots, 'usr/local/bin/freenas-debug')))
  );
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function readMachineId(roots: Roots, stateFolder: string | null): Promise<string> {
  const files = [hostPath(roots, 'etc/machine-id'), hostPath(roots, 'var/lib/dbus/machine-id')];
  const known =
    (await firstOf(files, parseMachineId)) ??
    (await firstOf([join(roots.sysRoot, 'class/dmi/id/product_uuid')], parseProductUuid));
  if (known !== null) return known;
  if (stateFolder === null) {
    throw new Error('This host has no machine id; name a state folder to keep one of its own in.');
  }
  const own = join(stateFolder, 'machine-id');
  const kept = await firstOf([own], parseMachineId);
  if (kept !== null) return kept;
  const made = randomBytes(16).toString('hex');
  await mkdir(stateFolder, { recursive: true });
  await writeFile(own, `${made}\n`, { mode: 0o600 });
  return made;
}

/** user.max_user_namespaces of this kernel (user_namespaces(7)); null = a kernel before 4.9, or not read. */
export async function readMaxUserNamespaces(roots: Roots): Promise<number | null> {
  return firstOf([join(roots.procRoot, 'sys/user/max_user_namespaces')], wholeOf);
}

/** The host's clock; what the kernel does not tell is taken from Node or named `not-read`, and reported. */
export async function readHostClock(roots: Roots): Promise<Probed<HostClock>> {
  const problems: Problem[] = [];
  const read = async <Value>(name: string, parse: (text: string) => Value | null, otherwise: Value): Promise<Value> => {
    try {
      const text = await readTextIfThere(join(roots.procRoot, name));
      const value = text === null ? null : parse(text);
      if (value !== null) return value;
      problems.push({
        status: 'failed',
        text: `/proc/${name} ${text === null ? 'is not there' : 'cannot be understood'}`,
      });
    } catch (error) {
      problems.push(problemOf(`/proc/${name}`, error));
    }
    return otherwise;
  };
  const [bootId, uptimeMilliseconds] = await Promise.all([
    read('sys/kernel/random/boot_id', parseName, UNKNOWN_BOOT_ID),
    read('uptime', parseUptimeMilliseconds, Math.round(uptime() * 1_000)),
  ]);
  return { value: { now: new Date().toISOString(), bootId, uptimeMilliseconds }, problems };
}
