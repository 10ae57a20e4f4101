import type { DockerDaemon } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DAEMONS_RULES } from '../../domain/src/findings/daemons-rules.ts';
import { kernel } from './faked-kernel.ts';
import { asking, checkHostile, checkNulls, checkWords, edited } from './findings-checks.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const { DINP, NESTED_ON_TCP } = hosts;
const DIND = '1b09a06ac14f77d6c75eb542129e96b20795f60c1d1bf7fabb768370ba9ddb6c';
const LAB = 'docker:/srv/lab/run/e/docker.sock';

async function twoLook(): Promise<Look> {
  await hosts.putOuterDaemon(host);
  hosts.startOtherDaemons(host);
  return host.look();
}
async function tcpLook(): Promise<Look> {
  await hosts.putOuterDaemon(host);
  hosts.startNestedOnTcp(host, `9:name=systemd:/labe/${DINP}\n`);
  return host.look();
}
async function nestedLook(): Promise<Look> {
  await hosts.putDindStep(host, 2);
  hosts.startNestedOnBtrfs(host, 25_683, DIND);
  return host.look();
}
async function plainLook(): Promise<Look> {
  await hosts.putOverlayLeak(host);
  return host.look();
}

const { ask, exampleOf, commandsOf } = asking(DAEMONS_RULES);
const daemonOf = ({ inventory }: Look, find: (one: DockerDaemon) => boolean = () => true): DockerDaemon =>
  only(inventory.docker?.daemons.filter(find));
const isNested = ({ nestedInContainerId }: DockerDaemon): boolean => nestedInContainerId !== null;
const isOuter = (one: DockerDaemon): boolean => !isNested(one);
const containerOf = (look: Look, id: string) =>
  only(daemonOf(look, isOuter).containers?.filter((container) => container.id === id));
/** A look with fields of one of its daemons edited. */
const withDaemon = (look: Look, change: Partial<DockerDaemon>, find: (one: DockerDaemon) => boolean = isOuter): Look =>
  edited(look, (copy) => Object.assign(daemonOf(copy, find), change));
const nothing = { findings: [], cannotTell: [] };

describe('two-daemons-one-root', () => {
  test('the second daemon on one folder, and which of them stays', async () => {
    const { findings, cannotTell } = ask('two-daemons-one-root', await twoLook());
    const found = only(findings);
    expect(found).toMatchObject({ severity: 'critical', storeKey: 'mount:/srv/lab/mnt/ext' });
    expect(found.evidence).toEqual(exampleOf('two-daemons-one-root'));
    expect(cannotTell).toEqual([]);
    const commands = commandsOf('two-daemons-one-root');
    // Its number may be another process by now.
    const kill = commands.indexOf('kill -TERM 10508');
    expect(commands[kill - 1]).toBe('ps -o pid,lstart,user,comm,args -p 10508');
    const asked = ['e', 'e2'].map((name) => `docker -H unix:///srv/lab/run/${name}/docker.sock info`);
    for (const words of asked) expect(commands.at(-1)).toContain(words);
    expect(commands).not.toContain('kill -TERM 31784');
  });

  test('each with a folder of its own: none', async () => {
    expect(ask('two-daemons-one-root', await tcpLook())).toEqual(nothing);
  });

  test('cannot tell of one among several whose folder was not read (one field edited)', async () => {
    const look = withDaemon(await twoLook(), { dataRootIdentity: null }, ({ pid }) => pid === 10_508);
    const { findings, cannotTell } = ask('two-daemons-one-root', look);
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ subject: 'docker:/srv/lab/run/e2/docker.sock', missing: 'processes' }]);
  });

  test('in pods a folder for each is told instead of a stop (one field edited: the uid of the pod)', async () => {
    const look = withDaemon(
      await twoLook(),
      { podUid: '2f6c8a3e-58d4-4b0e-9a52-0d7b3c2f1e60' },
      (one) => one.pid === 10_508,
    );
    const { evidence } = only(ask('two-daemons-one-root', look).findings);
    expect(commandsOf('two-daemons-one-root', evidence).join('\n')).not.toContain('kill');
  });
});

describe('docker-tcp-plain', () => {
  test('the nested daemon listens on 2375 at every address, which could not be tried', async () => {
    const found = only(ask('docker-tcp-plain', await tcpLook()).findings);
    expect(found.severity).toBe('warning');
    expect(found.evidence).toEqual(exampleOf('docker-tcp-plain'));
    expect(commandsOf('docker-tcp-plain')[0]).toBe(
      `nsenter --target ${NESTED_ON_TCP} --net -- curl --silent --max-time 5 http://127.0.0.1:2375/_ping`,
    );
  });

  const listening = (address: string, port: number, isPlain: boolean | null) => ({
    listeners: [{ address, port, isPlain }],
  });
  test.each([
    ['on the host, and plain HTTP was answered', listening('0.0.0.0', 4_243, true), 'critical'],
    ['for this host alone', listening('127.0.0.1', 2_375, true), 'notice'],
  ])('%s (the listener edited)', async (_, change, severity) => {
    const look = withDaemon(await plainLook(), change);
    expect(only(ask('docker-tcp-plain', look).findings)).toMatchObject({ severity, evidence: { wasTried: true } });
  });

  test.each([
    ['TLS on 2376', listening('::', 2_376, null)],
    ['2375, and it does not take plain HTTP', listening('::', 2_375, false)],
    ['swarm', listening('::', 2_377, null)],
  ])('%s: none (the listener edited)', async (_, change) => {
    expect(ask('docker-tcp-plain', withDaemon(await plainLook(), change))).toEqual(nothing);
  });

  test.each([
    ['no listener was read', { listeners: null }],
    ['another port could not be tried', listening('::', 4_243, null)],
  ])('cannot tell where %s (one field edited)', async (_, change) => {
    const { findings, cannotTell } = ask('docker-tcp-plain', withDaemon(await plainLook(), change));
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ missing: 'processes' }]);
  });
});

describe('dind-privileged', () => {
  test('the container of the nested daemon is privileged', async () => {
    const found = only(ask('dind-privileged', await tcpLook()).findings);
    expect(found).toMatchObject({ subject: 'docker:/srv/lab/run/e/docker.sock', severity: 'notice' });
    expect(found.evidence).toEqual(exampleOf('dind-privileged'));
  });

  test('with a path of the host to write to it is worth an act (one mount edited)', async () => {
    const look = edited(await tcpLook(), (copy) => {
      const bind = { type: 'bind', name: null, source: '/', destination: '/h', readOnly: false, propagation: 'rslave' };
      containerOf(copy, DINP).mounts.push(bind);
    });
    expect(only(ask('dind-privileged', look).findings)).toMatchObject({
      ...{ severity: 'warning', evidence: { containers: [{ hostPaths: [{ path: '/', readOnly: false }] }] } },
    });
  });

  const privileged = async (value: boolean | null): Promise<Look> =>
    edited(await tcpLook(), (copy) => {
      Object.assign(containerOf(copy, DINP).details ?? {}, { privileged: value });
    });
  test('not privileged: none (one field edited)', async () => {
    expect(ask('dind-privileged', await privileged(false))).toEqual(nothing);
  });

  test('cannot tell where the container was not inspected (one field edited)', async () => {
    const { findings, cannotTell } = ask('dind-privileged', await privileged(null));
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ subject: 'docker:/srv/lab/run/e/docker.sock', missing: 'docker-socket' }]);
  });
});

describe('dind-not-ready', () => {
  /** The capture was made within minutes of the start; its daemon did work: only the socket was not captured. */
  const later = (look: Look, takenAt = '2026-11-21T04:00:00.000Z'): Look =>
    edited(look, ({ inventory }) => Object.assign(inventory, { takenAt }));

  test('it runs and has no socket after all this time', async () => {
    const found = only(ask('dind-not-ready', later(await nestedLook())).findings);
    expect(found).toMatchObject({ subject: DIND, severity: 'warning' });
    expect(found.evidence).toEqual(exampleOf('dind-not-ready'));
    expect(commandsOf('dind-not-ready')[0]).toBe(`docker -H unix:///srv/lab/run/b/docker.sock logs --tail 100 ${DIND}`);
  });

  test('a container of a dind image that restarts (one field edited: its state; its daemon is not there)', async () => {
    await hosts.putDindStep(host, 2);
    const look = edited(await host.look(), (copy) => {
      containerOf(copy, DIND).state = 'restarting';
    });
    expect(only(ask('dind-not-ready', look).findings)).toMatchObject({ evidence: { kind: 'restarts' } });
  });

  test('none in its first minutes', async () => {
    const look = later(await nestedLook(), '2026-11-21T03:11:00.000Z');
    expect(ask('dind-not-ready', look)).toEqual(nothing);
  });

  test('none where it answers (one field edited)', async () => {
    const look = withDaemon(later(await nestedLook()), { state: 'answers' }, isNested);
    expect(ask('dind-not-ready', look)).toEqual(nothing);
  });

  test('cannot tell of one that listens on TCP, which was not asked', async () => {
    const { findings, cannotTell } = ask('dind-not-ready', later(await tcpLook()));
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ subject: DINP, missing: 'docker-socket' }]);
  });

  test('cannot tell where the collector may not ask it (two fields edited)', async () => {
    const stateReason = '/var/run/docker.sock: permission denied';
    const look = withDaemon(later(await nestedLook()), { state: 'does not answer', stateReason }, isNested);
    expect(ask('dind-not-ready', look).cannotTell).toMatchObject([{ missing: 'docker-socket' }]);
  });
});

describe('dind-live-on-graph-driver', () => {
  test('its data root is an anonymous volume on btrfs', async () => {
    const found = only(ask('dind-live-on-graph-driver', await nestedLook()).findings);
    expect(found.severity).toBe('warning');
    expect(found.evidence).toEqual(exampleOf('dind-live-on-graph-driver'));
    const commands = commandsOf('dind-live-on-graph-driver');
    expect(commands).toContain(`docker -H unix:///srv/lab/run/b/docker.sock rm --volumes ${DIND}`);
  });

  test('on ext4 it is good to know', async () => {
    expect(only(ask('dind-live-on-graph-driver', await tcpLook()).findings).severity).toBe('notice');
  });

  test('its data root is in the layer of the container (its mount taken out)', async () => {
    const look = edited(await tcpLook(), (copy) => {
      containerOf(copy, DINP).mounts = [];
    });
    const found = only(ask('dind-live-on-graph-driver', look).findings);
    expect(found).toMatchObject({ severity: 'warning', evidence: { liesOn: 'layer', volume: null } });
  });

  test.each([
    ['a volume with a name', { name: 'dind-data' }],
    ['a folder of the host', { type: 'bind', name: null, source: '/srv/dind' }],
  ])('%s: none (its mount edited)', async (_, change) => {
    const look = edited(await nestedLook(), (copy) => {
      Object.assign(only(containerOf(copy, DIND).mounts), change);
    });
    expect(ask('dind-live-on-graph-driver', look)).toEqual(nothing);
  });

  test('cannot tell where no daemon tells of its container (one field edited)', async () => {
    const look = withDaemon(await nestedLook(), { containers: null });
    const { findings, cannotTell } = ask('dind-live-on-graph-driver', look);
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ missing: 'docker-socket' }]);
  });
});

describe('root-on-network-fs', () => {
  const on = async (change: object): Promise<Look> =>
    edited(await plainLook(), (copy) => {
      Object.assign(daemonOf(copy).dataRootMount ?? {}, change);
    });

  test('the root on NFS (type and source of its mount edited, as nfs(5) has them)', async () => {
    const look = await on({ type: 'nfs4', source: 'nas:/export/docker', isNetwork: true });
    const found = only(ask('root-on-network-fs', look).findings);
    expect(found).toMatchObject({ subject: LAB, severity: 'warning' });
    expect(found.evidence).toEqual(exampleOf('root-on-network-fs'));
  });

  test('on a local disk: none', async () => {
    expect(ask('root-on-network-fs', await plainLook())).toEqual(nothing);
  });

  test('a daemon that is known by its socket alone: by the store of its root (one field edited)', async () => {
    const look = withDaemon(await plainLook(), { dataRootMount: null, pid: null });
    expect(ask('root-on-network-fs', look)).toEqual(nothing);
    const store = only(look.snapshot.layout.stores.filter(({ key }) => key === 'mount:/srv/lab/mnt/ext'));
    store.fileSystemType = 'fuse.sshfs';
    expect(only(ask('root-on-network-fs', look).findings).evidence).toMatchObject({ fileSystemType: 'fuse.sshfs' });
  });

  test('cannot tell where its mount was not read', async () => {
    const { findings, cannotTell } = ask('root-on-network-fs', await twoLook());
    expect(findings).toEqual([]);
    // The captured /proc of these two has no mountinfo.
    expect(cannotTell.map(({ missing }) => missing)).toEqual(['processes', 'processes']);
  });
});

describe('rootless-namespaces', () => {
  /** user_namespaces(7): 0 where nobody may make one. No rootless daemon was captured. */
  const rootless = (look: Look, value: boolean | null, maxUserNamespaces: number | null): Look =>
    edited(withDaemon(look, { rootless: value }), ({ inventory }) => {
      inventory.maxUserNamespaces = maxUserNamespaces;
    });

  test('a rootless daemon where nobody may make a namespace (two fields edited)', async () => {
    const found = only(ask('rootless-namespaces', rootless(await plainLook(), true, 0)).findings);
    expect(found.evidence).toEqual(exampleOf('rootless-namespaces'));
  });

  test.each([
    [true, 15_000],
    [false, 0],
  ])('none (rootless: %s, and %d namespaces; fields edited)', async (isRootless, namespaces) => {
    expect(ask('rootless-namespaces', rootless(await plainLook(), isRootless, namespaces))).toEqual(nothing);
  });

  test.each([
    [true, null, 'probe-failed'],
    [null, 0, 'docker-socket'],
  ])('cannot tell (rootless: %s, and %s namespaces; fields edited)', async (isRootless, namespaces, missing) => {
    const { findings, cannotTell } = ask('rootless-namespaces', rootless(await plainLook(), isRootless, namespaces));
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ missing }]);
  });
});

describe('driver-fallback', () => {
  test('vfs in use (one field edited: the driver of /info)', async () => {
    const found = only(ask('driver-fallback', withDaemon(await plainLook(), { storageDriver: 'vfs' })).findings);
    expect(found).toMatchObject({ subject: LAB, severity: 'warning' });
    expect(found.evidence).toEqual(exampleOf('driver-fallback'));
  });

  test('a warning of the daemon about its driver, in its own words (one field edited)', async () => {
    // moby, daemon/info.go of 20.10.
    const warning = 'WARNING: the devicemapper storage-driver is deprecated, and will be removed in a future release.';
    const look = withDaemon(await plainLook(), { warnings: [warning, 'WARNING: No swap limit support'] });
    const found = only(ask('driver-fallback', look).findings);
    expect(found).toMatchObject({ severity: 'notice', evidence: { isCopying: false, warnings: [warning] } });
  });

  test('overlay2: none', async () => {
    expect(ask('driver-fallback', await plainLook())).toEqual(nothing);
  });

  test('cannot tell of a daemon that does not answer', async () => {
    const { cannotTell } = ask('driver-fallback', await nestedLook());
    expect(cannotTell).toMatchObject([{ subject: `docker:${DIND}:/var/run/docker.sock`, missing: 'docker-socket' }]);
  });
});

describe('containerd-elsewhere', () => {
  /** The captured containerd is dockerd's own child; edited to one of containerd.service, which Debian's and Docker's packages run. */
  async function flagsLook(daemonKey: string | null = null): Promise<Look> {
    await hosts.putMountFlags(host);
    return edited(await host.look(), ({ inventory }) => {
      only(inventory.docker?.containerds).daemonKey = daemonKey;
    });
  }

  test('one that dockerd started keeps its data where dockerd says: none', async () => {
    expect(ask('containerd-elsewhere', await flagsLook('docker:/srv/lab/run/x/docker.sock'))).toEqual(nothing);
  });

  test("containerd's root is on the disk of the system, the data root on its own (one field edited: who started it)", async () => {
    const found = only(ask('containerd-elsewhere', await flagsLook()).findings);
    expect(found).toMatchObject({ severity: 'notice', storeKey: 'mount:/' });
    expect(found.evidence).toEqual(exampleOf('containerd-elsewhere'));
  });

  test("Docker's images are in there (one field edited: driver-type of /info, as with containerd's image store)", async () => {
    const driverStatus = [{ name: 'driver-type', value: 'io.containerd.snapshotter.v1' }];
    const found = only(ask('containerd-elsewhere', withDaemon(await flagsLook(), { driverStatus })).findings);
    expect(found).toMatchObject({ severity: 'warning', evidence: { isImageStore: true } });
  });

  test('on one file system: none (one field edited: the device of its mount)', async () => {
    const look = edited(await flagsLook(), ({ inventory }) => {
      Object.assign(only(inventory.docker?.containerds).rootMount ?? {}, { device: '7:2' });
    });
    expect(ask('containerd-elsewhere', look)).toEqual(nothing);
  });

  test('cannot tell where its root was not read (one field edited)', async () => {
    const look = edited(await flagsLook(), ({ inventory }) => {
      only(inventory.docker?.containerds).root = null;
    });
    const { findings, cannotTell } = ask('containerd-elsewhere', look);
    expect(findings).toEqual([]);
    expect(cannotTell).toMatchObject([{ missing: 'processes' }]);
  });
});

describe('all of them', () => {
  test.each(DAEMONS_RULES.map((rule) => [rule.id, rule] as const))(
    '%s has words, and lines that bash reads',
    (_, rule) => {
      checkWords(rule, rule.example);
    },
  );

  test.each(DAEMONS_RULES.map((rule) => [rule.id, rule] as const))('%s: no name of a host is run', (_, rule) => {
    checkHostile(rule, rule.example);
  });

  test('what was not read is found by none of them', async () => {
    checkNulls(DAEMONS_RULES, [await tcpLook()]);
  });
});
