import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BTRFS_UUID } from './fake-host.ts';
import { kernel } from './faked-kernel.ts';
import { BTRFS, check, dindOf, ruleOf, storeOf } from './findings-btrfs-look.ts';
import { fixture, sysfsCapture } from './fixture.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';

/** Rules that rest on lists of the slow beat. */

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const DAEMON = 'docker:/srv/lab/run/b/docker.sock';
const LIST = 'btrfs subvolume list -R';
const DELETED = 'btrfs subvolume list -d';
const dind = (step: 2 | 3 | 4, edit?: () => void) => dindOf(host, step, edit);

describe('btrfs-root-snapshotted', () => {
  const id = 'btrfs-root-snapshotted';
  /** sub-list-R.txt of the same file system: `a` with its snapshots a-snap and a-ro. */
  const captured = fixture('btrfs-inventory/sub-list-R.txt');
  /** Edited: as if the data root lay in `a`. */
  const withinA = () => `${captured}${(host.commands.get(LIST) ?? '').replaceAll(' path docker/', ' path a/docker/')}`;

  test('a data root within a subvolume of which there are snapshots: one field edited, paths of its layers', async () => {
    const look = await dind(3, () => host.commands.set(LIST, withinA()));
    const { findings, cannotTell } = check(id, look);
    expect(cannotTell).toEqual([]);
    expect(findings).toEqual([
      { rule: id, subject: DAEMON, storeKey: BTRFS, severity: 'notice', evidence: ruleOf(id).example },
    ]);
  });

  test('beside that subvolume it is in none of its snapshots, and layers are no snapshots of the data root', async () => {
    const look = await dind(3, () => host.commands.set(LIST, `${captured}${host.commands.get(LIST)}`));
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('without layers to go by, what the mount shows tells where it lies: no entries, subvol=/a, its mount point', async () => {
    const look = await dind(3, () => host.commands.set(LIST, captured));
    only(look.inventory.dataRoots).layers.entries = [];
    expect(check(id, look).cannotTell).toMatchObject([{ subject: DAEMON, missing: 'data-root' }]);
    mountAtStore(look);
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
    const store = storeOf(look);
    store.options = store.options.map((option) => (option === 'subvol=/' ? 'subvol=/a' : option));
    expect(only(check(id, look).findings).evidence).toMatchObject({ subvolumePath: 'a', isOwnSubvolume: false });
  });

  test('a read-only snapshot of what is not in the list may be of the top level: it cannot tell', async () => {
    const unknown = captured.replaceAll('uuid be128645-2645-9d45-96e2-11ae7f4959e5 path a\n', 'uuid - path a\n');
    const look = await dind(3, () => {
      host.commands.set(LIST, `${unknown}${host.commands.get(LIST)}`);
      host.commands.set('btrfs subvolume list -r', 'ID 260 gen 8 top level 5 path a-ro\n');
    });
    expect(check(id, look)).toMatchObject({
      findings: [],
      cannotTell: [{ subject: DAEMON, missing: 'administrator' }],
    });
  });

  test('without the list of subvolumes, or without Docker, it cannot tell', async () => {
    const look = await dind(3, () => host.commands.delete(LIST));
    expect(check(id, look).cannotTell).toMatchObject([{ subject: DAEMON }]);
    only(look.inventory.docker?.daemons).dataRoot = null;
    expect(check(id, look).cannotTell).toEqual([{ rule: id, subject: DAEMON, missing: 'docker-socket' }]);
    look.inventory.docker = null;
    expect(check(id, look)).toMatchObject({ findings: [], cannotTell: [{ subject: null, missing: 'docker-socket' }] });
  });
});

/** One field edited: that the data root has no mount of its own. */
function mountAtStore({ inventory }: Look): void {
  const { dataRootMount } = only(inventory.docker?.daemons);
  if (dataRootMount !== null) dataRootMount.mountPoint = '/srv/lab/mnt/dbtr';
}

describe('btrfs-atime', () => {
  const id = 'btrfs-atime';

  test('a data root on a mount with relatime: one field edited, its mount point', async () => {
    const look = await dind(3);
    mountAtStore(look);
    expect(check(id, look)).toEqual({
      findings: [{ rule: id, subject: DAEMON, storeKey: BTRFS, severity: 'notice', evidence: ruleOf(id).example }],
      cannotTell: [],
    });
  });

  test('with noatime in its options it is silent', async () => {
    const look = await dind(3);
    mountAtStore(look);
    const store = storeOf(look);
    store.options = store.options.map((option) => (option === 'relatime' ? 'noatime' : option));
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('as captured, with the data root on a mount of its own whose options were not read, it cannot tell', async () => {
    expect(check(id, await dind(3))).toMatchObject({
      findings: [],
      cannotTell: [{ subject: DAEMON, missing: 'configuration' }],
    });
  });

  test('the line for fstab has its fields whatever the mount point is', () => {
    const { remedy, example } = ruleOf(id);
    const [line] = remedy({ ...example, mountPoint: '/mnt/a b#\t\\c', subvolumePath: 'x y' }).flatMap((step) =>
      step.kind === 'edit' ? [step.command ?? ''] : [],
    );
    expect(line?.split(/\s+/).slice(1)).toEqual([
      '/mnt/a\\040b\\043\\011\\134c',
      'btrfs',
      'subvol=/x\\040y,noatime',
      '0',
      '0',
    ]);
  });
});

describe('btrfs-qgroup-stale', () => {
  const id = 'btrfs-qgroup-stale';
  const captured = fixture('btrfs-inventory/sub-list-R.txt');
  const putSquota = () => {
    for (const [path, text] of sysfsCapture('btrfs-inventory/sysfs-squota.json')) {
      host.blocks.put(`sys/fs/btrfs/${BTRFS_UUID}/${path}`, text);
    }
  };

  test('a group whose subvolume is not in the list: one line taken out of it, that of 260', async () => {
    const rows = captured.split('\n').filter((row) => !row.startsWith('ID 260 '));
    const look = await dind(2, () => host.commands.set(LIST, rows.join('\n')));
    const { findings, cannotTell } = check(id, look);
    expect(cannotTell).toEqual([]);
    expect(findings).toEqual([
      { rule: id, subject: BTRFS, storeKey: BTRFS, severity: 'notice', evidence: ruleOf(id).example },
    ]);
  });

  test('is silent when every group has its subvolume', async () => {
    const look = await dind(2, () => host.commands.set(LIST, captured));
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('is silent on simple quotas, whose groups outlive their subvolumes rightly', async () => {
    const look = await dind(2, () => {
      putSquota();
      host.commands.set(LIST, captured);
    });
    expect(only(look.inventory.btrfs)).toMatchObject({ staleQgroups: [264], quota: { mode: 'squota' } });
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('without the right to list subvolumes it cannot tell', async () => {
    const look = await dind(2);
    look.inventory.btrfs = null;
    expect(check(id, look)).toMatchObject({ findings: [], cannotTell: [{ subject: BTRFS, missing: 'administrator' }] });
  });
});

describe('btrfs-cleaner-behind', () => {
  const id = 'btrfs-cleaner-behind';

  test('twelve deleted subvolumes after the removal of containers and a volume', async () => {
    expect(check(id, await dind(4))).toEqual({
      findings: [{ rule: id, subject: BTRFS, storeKey: BTRFS, severity: 'notice', evidence: ruleOf(id).example }],
      cannotTell: [],
    });
  });

  test('the two that a container leaves are no backlog', async () => {
    const look = await dind(3);
    expect(only(look.inventory.btrfs).uncleaned).toHaveLength(2);
    expect(check(id, look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('without that list it cannot tell', async () => {
    const look = await dind(4, () => host.commands.delete(DELETED));
    expect(check(id, look)).toMatchObject({ findings: [], cannotTell: [{ subject: BTRFS }] });
  });
});
