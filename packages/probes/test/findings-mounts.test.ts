import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MOUNTS_RULES } from '../../domain/src/findings/mounts-rules.ts';
import { HangGuard } from '../src/hang-guard.ts';
import { readProcesses } from '../src/mounts/processes.ts';
import { readMountNamespaces } from '../src/mounts/read-mount-namespaces.ts';
import { kernel } from './faked-kernel.ts';
import { asking, checkHostile, checkNulls, checkWords, edited, ruleOf } from './findings-checks.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { capture, captureBytes, FakeProc } from './mounts-fake-proc.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const O1 = 'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767';
const O5 = '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195';
const LAB = 'docker:/srv/lab/run/e/docker.sock';

async function leakLook(): Promise<Look> {
  await hosts.putOverlayLeak(host);
  return host.look();
}
async function flagsLook(): Promise<Look> {
  await hosts.putMountFlags(host);
  return host.look();
}
const { ask, exampleOf, commandsOf } = asking(MOUNTS_RULES);
const mountsOf = ({ inventory }: Look) => {
  if (inventory.mounts === null) throw new Error('no mounts');
  return inventory.mounts;
};

describe('mount-leak', () => {
  test('the container that cannot be removed, who holds it, and where to unmount it', async () => {
    const { findings, cannotTell } = ask('mount-leak', await leakLook());
    const found = only(findings);
    expect(found).toMatchObject({ storeKey: 'mount:/srv/lab/mnt/ext', severity: 'warning' });
    expect(found.evidence).toEqual(exampleOf('mount-leak'));
    expect(found.subject).toBe('sleep in namespace 1001');
    expect(cannotTell).toEqual([]);
    const { mounts } = exampleOf('mount-leak') as { mounts?: { mountId: string }[] };
    const merged = `/srv/lab/mnt/ext/docker/overlay2/${only(mounts).mountId}/merged`;
    expect(commandsOf('mount-leak')).toContain(`nsenter --target 835 --mount -- umount -- ${merged}`);
    expect(commandsOf('mount-leak').at(-1)).toBe(`docker -H unix:///srv/lab/run/e/docker.sock rm ${O5}`);
  });

  test('a holder that systemd runs is restarted (one field edited: the unit of its cgroup)', async () => {
    const look = edited(await leakLook(), ({ inventory: { leaks } }) => {
      const holder = only(only(only(leaks).places).holders);
      holder.owner = { unit: 'node_exporter.service', containerId: null, podUid: null };
    });
    const { subject, evidence } = only(ask('mount-leak', look).findings);
    expect(subject).toBe('node_exporter.service');
    expect(commandsOf('mount-leak', evidence)).toContain('systemctl restart -- node_exporter.service');
  });

  test('a holder in a container is restarted with it (one field edited: its cgroup)', async () => {
    const look = edited(await leakLook(), ({ inventory: { leaks } }) => {
      only(only(only(leaks).places).holders).owner = { unit: null, containerId: O1, podUid: null };
    });
    const { subject, evidence } = only(ask('mount-leak', look).findings);
    expect(subject).toBe(O1);
    expect(commandsOf('mount-leak', evidence)).toContain(`docker -H unix:///srv/lab/run/e/docker.sock restart ${O1}`);
  });

  test('none where each mounted layer is of a container that runs', async () => {
    await hosts.putOuterDaemon(host);
    hosts.startNestedOnTcp(host, `9:name=systemd:/labe/${hosts.DINP}\n`);
    expect(ask('mount-leak', await host.look())).toEqual({ findings: [], cannotTell: [] });
  });

  test('cannot tell while a daemon is silent about its containers', async () => {
    const { findings, cannotTell } = ask('mount-leak', await flagsLook());
    expect(findings).toEqual([]);
    expect(cannotTell).toEqual([{ rule: 'mount-leak', subject: null, missing: 'docker-socket' }]);
  });
});

describe('fd-pin', () => {
  /** The captured file of deleted-fd-pin.txt, read by the probe; `blocks` as edited. */
  async function pinLook(unit: string | null, blocks = 204_800n): Promise<Look> {
    const look = await leakLook();
    const proc = new FakeProc();
    proc.put(837, {
      ...{ name: 'sleep', mountNamespace: '1003', cgroup: `0::/system.slice/${unit ?? ''}\n` },
      mountinfo: captureBytes('overlay-leak/3-o3-removed.private_fd.txt'),
      descriptors: { 7: { target: '/leak', mountId: 318 } },
    });
    const stat = { dev: 69n, ino: 567n, nlink: 0n, size: 104_857_600n, blocks };
    const descriptors = { stat: async () => stat, isOverlay: async () => true };
    const { value: processes } = await readProcesses(proc.roots);
    const options = { guard: new HangGuard(), processes, dataRoots: [], descriptors };
    const { value } = await readMountNamespaces(proc.roots, options);
    proc.remove();
    return edited(look, (copy) => {
      mountsOf(copy).pins = value.pins;
    });
  }

  test('100 MiB of a file without a name, and the unit that keeps it (the unit is an edit)', async () => {
    expect(capture('overlay-leak/deleted-fd-pin.txt')).toContain('ino=567 nlink=0 size=104857600 blocks=204800');
    const found = only(ask('fd-pin', await pinLook('backup.service')).findings);
    expect(found).toMatchObject({ subject: 'backup.service', severity: 'notice' });
    expect(found.evidence).toEqual(exampleOf('fd-pin'));
    expect(commandsOf('fd-pin')).toContain('systemctl restart -- backup.service');
  });

  test('a process of no unit is told by its number, and its end is marked as final', async () => {
    const { subject, evidence } = only(ask('fd-pin', await pinLook(null)).findings);
    expect(subject).toBe('pid 837');
    const steps = ruleOf(MOUNTS_RULES, 'fd-pin').remedy(evidence);
    expect(only(steps.filter(({ isDestructive }) => isDestructive)).command).toBe('kill -TERM 837');
  });

  test('a file that takes no block is none (one field edited: its blocks)', async () => {
    expect(ask('fd-pin', await pinLook(null, 0n)).findings).toEqual([]);
  });

  test('cannot tell where open files were not read', async () => {
    const look = edited(await leakLook(), (copy) => {
      mountsOf(copy).pins = null;
    });
    expect(ask('fd-pin', look).cannotTell).toEqual([{ rule: 'fd-pin', subject: null, missing: 'processes' }]);
  });
});

describe('mountflags-live-restore', () => {
  test('both are set, and two shims are in another namespace by now', async () => {
    const found = only(ask('mountflags-live-restore', await flagsLook()).findings);
    expect(found.evidence).toEqual(exampleOf('mountflags-live-restore'));
    expect(found).toMatchObject({ subject: 'docker:/srv/lab/run/x/docker.sock', severity: 'warning' });
  });

  test.each([
    ['no MountFlags', { mountFlags: '' }],
    ['shared, which goes both ways', { mountFlags: 'shared' }],
    ['no live-restore', { liveRestore: false }],
  ])('%s: none (one field edited)', async (_, change) => {
    const look = edited(await flagsLook(), ({ inventory }) => Object.assign(only(inventory.docker?.daemons), change));
    expect(ask('mountflags-live-restore', look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('a daemon that systemd does not run has no unit to read', async () => {
    expect(ask('mountflags-live-restore', await leakLook())).toEqual({ findings: [], cannotTell: [] });
  });

  test('cannot tell where the unit was not read (one field edited)', async () => {
    const look = edited(await flagsLook(), ({ inventory }) => {
      only(inventory.docker?.daemons).mountFlags = null;
    });
    const { findings, cannotTell } = ask('mountflags-live-restore', look);
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ missing: 'configuration' }]);
  });
});

describe('daemon-shim-namespace', () => {
  test('two shims in another namespace than their daemon, told once of dockerd and its containerd', async () => {
    const found = only(ask('daemon-shim-namespace', await flagsLook()).findings);
    expect(found.evidence).toEqual(exampleOf('daemon-shim-namespace'));
    expect(found.subject).toBe('docker:/srv/lab/run/x/docker.sock');
  });

  test('none where daemon and containers see the same mounts', async () => {
    expect(ask('daemon-shim-namespace', await leakLook())).toEqual({ findings: [], cannotTell: [] });
  });

  const withoutO1 = (copy: Look): void => {
    const own = only(mountsOf(copy).namespaces.filter(({ inode }) => inode === '4026532177'));
    own.layerMounts = own.layerMounts?.filter(({ mountId }) => !mountId?.startsWith('152aacaacde9')) ?? null;
  };
  /** The capture was made within minutes of the start of its containers. */
  const later = (copy: Look): void => {
    copy.inventory.takenAt = '2026-11-21T04:00:00.000Z';
  };

  test('a running container that is not mounted where the daemon looks (its mount taken out of one namespace)', async () => {
    const look = edited(await leakLook(), (copy) => {
      withoutO1(copy);
      later(copy);
    });
    const { evidence } = only(ask('daemon-shim-namespace', look).findings);
    expect(evidence).toMatchObject({ shimCount: 0, containersWithoutMerged: [{ id: O1, name: 'o1' }] });
    expect(commandsOf('daemon-shim-namespace', evidence)).toContain(
      `docker -H unix:///srv/lab/run/e/docker.sock restart ${O1}`,
    );
  });

  test('one that has just started may have been mounted since (the same, at the time of its start)', async () => {
    const look = edited(await leakLook(), (copy) => {
      withoutO1(copy);
      copy.inventory.takenAt = '2026-11-21T03:17:31.000Z';
    });
    expect(ask('daemon-shim-namespace', look).findings).toEqual([]);
  });

  test('cannot tell where the namespace of a shim was not read (one field edited)', async () => {
    const look = edited(await flagsLook(), (copy) => {
      for (const { shims } of mountsOf(copy).daemons) for (const shim of shims) shim.sameAsDaemon = null;
    });
    const { findings, cannotTell } = ask('daemon-shim-namespace', look);
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ missing: 'processes' }]);
  });
});

describe('upperdir-twice', () => {
  test('one upper folder on two devices (the device of one captured mount edited)', async () => {
    await hosts.putOverlayLeak(host);
    const mountinfo = capture('overlay-leak/leaked.private.txt').replace(' 0:43 ', ' 0:99 ');
    host.put('proc/835/mountinfo', mountinfo);
    const found = only(ask('upperdir-twice', await host.look()).findings);
    expect(found).toMatchObject({ severity: 'critical', subject: exampleOf('upperdir-twice').upperDir });
    expect(found.evidence).toEqual(exampleOf('upperdir-twice'));
    const steps = commandsOf('upperdir-twice');
    const at = (word: string) => steps.findIndex((line) => line?.includes(word) === true);
    expect(at(' stop ')).toBeLessThan(at(' umount '));
    expect(at(' umount ')).toBeLessThan(at(' start '));
  });

  test('none where each namespace has the same device', async () => {
    expect(ask('upperdir-twice', await leakLook())).toEqual({ findings: [], cannotTell: [] });
  });

  test('cannot tell of a namespace whose mounts were not read (one field edited)', async () => {
    const look = edited(await leakLook(), (copy) => {
      for (const namespace of mountsOf(copy).namespaces) namespace.layerMounts = null;
    });
    expect(ask('upperdir-twice', look).cannotTell).toMatchObject([{ missing: 'processes' }]);
  });
});

describe('root-private', () => {
  test('the root is a slave in the namespace of its daemon (one field edited: no live-restore)', async () => {
    const look = edited(await flagsLook(), ({ inventory }) => {
      only(inventory.docker?.daemons).liveRestore = false;
    });
    const found = only(ask('root-private', look).findings);
    expect(found.evidence).toEqual(exampleOf('root-private'));
    expect(found.severity).toBe('notice');
  });

  test('with live-restore, MountFlags are the cause, and have a finding of their own', async () => {
    const look = await flagsLook();
    expect(ask('root-private', look)).toEqual({ findings: [], cannotTell: [] });
    expect(ask('mountflags-live-restore', look).findings).toHaveLength(1);
  });

  test('none where it is shared', async () => {
    expect(ask('root-private', await leakLook())).toEqual({ findings: [], cannotTell: [] });
  });

  test('private, with a leak beside it, is worth an act (one field edited: its peer group)', async () => {
    const look = edited(await leakLook(), (copy) => {
      const { propagation } = only(mountsOf(copy).pathPropagation);
      if (propagation !== null) propagation.sharedGroup = null;
    });
    const found = only(ask('root-private', look).findings);
    expect(found).toMatchObject({ severity: 'warning', evidence: { propagation: 'private', isOldEngine: false } });
  });

  test('cannot tell where its mount was not read (one field edited)', async () => {
    const look = edited(await leakLook(), (copy) => {
      only(mountsOf(copy).pathPropagation).propagation = null;
    });
    expect(ask('root-private', look)).toEqual({
      findings: [],
      cannotTell: [{ rule: 'root-private', subject: LAB, missing: 'processes' }],
    });
  });
});

describe('bind-without-rslave', () => {
  /** Docker's own words of a bind (Engine API, MountPoint); one mount of o1 edited. */
  async function bound(change: object): Promise<Look> {
    return edited(await leakLook(), ({ inventory }) => {
      const o1 = only(only(inventory.docker?.daemons).containers?.filter(({ id }) => id === O1));
      const bind = { type: 'bind', name: null, source: '/', destination: '/host', readOnly: true };
      o1.mounts = [{ ...bind, propagation: 'rprivate', ...change }];
    });
  }

  test('the whole host bound as rprivate', async () => {
    const found = only(ask('bind-without-rslave', await bound({})).findings);
    expect(found).toMatchObject({ subject: `${O1} /host`, severity: 'notice' });
    expect(found.evidence).toEqual(exampleOf('bind-without-rslave'));
    expect(commandsOf('bind-without-rslave')).toContain(
      '--mount type=bind,source=/,target=/host,bind-propagation=rslave,readonly\n',
    );
  });

  test('worse when it holds the layer of another container by now (the holder of the leak edited)', async () => {
    const look = edited(await bound({}), ({ inventory: { leaks } }) => {
      only(only(only(leaks).places).holders).owner = { unit: null, containerId: O1, podUid: null };
    });
    const found = only(ask('bind-without-rslave', look).findings);
    expect(found).toMatchObject({ severity: 'warning', evidence: { heldLayers: 1 } });
  });

  test.each([
    ['rslave', { propagation: 'rslave' }],
    ['a folder beside the data root', { source: '/srv/lab/mnt/ext/docker2' }],
    ['a folder whose name begins like one above it', { source: '/srv/la' }],
    ["another container's volume", { source: '/srv/lab/mnt/ext/docker/volumes/v/_data' }],
  ])('%s: none', async (_, change) => {
    expect(ask('bind-without-rslave', await bound(change))).toEqual({ findings: [], cannotTell: [] });
  });

  test.each(['/srv', '/srv/lab/mnt/ext/docker', '/srv/lab/mnt/ext/docker/containers'])('%s: one', async (source) => {
    expect(ask('bind-without-rslave', await bound({ source })).findings).toHaveLength(1);
  });

  test('cannot tell where the daemon did not say how it passes mounts on', async () => {
    const { findings, cannotTell } = ask('bind-without-rslave', await bound({ propagation: null }));
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ subject: `${O1} /host`, missing: 'docker-socket' }]);
  });
});

describe('all of them', () => {
  test.each(MOUNTS_RULES.map((rule) => [rule.id, rule] as const))(
    '%s has words, and lines that bash reads',
    (_, rule) => {
      checkWords(rule, rule.example);
    },
  );

  test.each(MOUNTS_RULES.map((rule) => [rule.id, rule] as const))('%s: no name of a host is run', (_, rule) => {
    checkHostile(rule, rule.example);
  });

  test('what was not read is found by none of them', async () => {
    checkNulls(MOUNTS_RULES, [await leakLook()]);
  });
});
