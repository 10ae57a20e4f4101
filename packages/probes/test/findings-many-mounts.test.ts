import type { MountLeak } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jsonBytes, MAX_EVIDENCE_BYTES } from '../../domain/src/findings/evidence-size.ts';
import { mountLeak } from '../../domain/src/findings/mount-leak/rule.ts';
import type { Finding } from '../../domain/src/findings/rule.ts';
import { kernel } from './faked-kernel.ts';
import { checkHostile, checkWords, edited, inputOf, notesOf, wordsOf } from './findings-checks.ts';
import { commands, daemonOf, destructive } from './findings-docker-host.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

vi.mock('node:fs/promises', async (original) => (await import('./faked-kernel.ts')).withFakedKernel(original));

let host: IncidentHost;
/** The captured look that the edits of a test begin with. */
let base: Look | null;
beforeEach(() => {
  host = new IncidentHost();
  base = null;
  kernel.factsOf = (path) => host.factsOf(path);
});
afterEach(() => host.remove());

const MIB = 1024 ** 2;

describe('mounts that one holder keeps', () => {
  const LEAKS = 30;
  const hex = (place: number, fill: string): string => place.toString(16).padStart(64, fill);
  type Owner = Partial<NonNullable<MountLeak['places'][number]['holders'][number]['owner']>>;
  interface Leaked {
    /** Names of units, each with a mount namespace of its own; `null`: a process of no unit. */
    holders?: (string | null)[];
    state?: string | null;
    bytes?: number | null;
  }

  /** The captured leak under other ids: containers that Docker lists in a state, or does not list (null). */
  async function lookAt(all: readonly Leaked[]): Promise<Look> {
    if (base === null) await hosts.putOverlayLeak(host);
    base ??= await host.look();
    return edited(base, ({ inventory }) => {
      const leak = only(inventory.leaks);
      const place = only(leak.places);
      const daemon = daemonOf(inventory);
      const container = only(daemon.containers?.filter(({ id }) => id === leak.containerId));
      const ownerOf = (unit: string | null): Owner => ({ unit, containerId: null, podUid: null });
      inventory.leaks = all.map(({ holders = ['metrics-agent.service'] }, number) => ({
        ...leak,
        ...{ mountId: hex(number, 'a'), containerId: hex(number, 'c') },
        upperDir: (leak.upperDir ?? '').replace(leak.mountId, hex(number, 'a')),
        places: holders.map((unit) => ({
          ...{ ...place, namespace: unit === null ? '4242' : `${unit.length}` },
          mountPoint: place.mountPoint.replace(leak.mountId, hex(number, 'a')),
          holders: [{ ...only(place.holders), name: 'agent', owner: { ...ownerOf(unit) } as never }],
        })),
      }));
      for (const [number, { state = 'removing', bytes = null }] of all.entries()) {
        if (state === null) continue;
        const own = { id: hex(number, 'c'), names: [`job-${number}`], state, writableBytes: bytes };
        daemon.containers?.push({ ...container, ...own });
      }
    });
  }
  const ask = (look: Look) => mountLeak.check(inputOf(look)).findings;
  const countsOf = ({ evidence }: Pick<Finding, 'evidence'>) => evidence.counts as Record<string, number>;

  test('thirty mounts of one unit are one finding, and one restart', async () => {
    const all = Array.from({ length: LEAKS }, (_, place) => ({ bytes: (place + 1) * MIB }));
    const finding = only(ask(await lookAt(all)));
    expect(finding).toMatchObject({
      subject: 'metrics-agent.service',
      severity: 'warning',
      storeKey: 'mount:/srv/lab/mnt/ext',
    });
    expect(countsOf(finding)).toEqual({
      ...{ mounts: 30, containers: 30, gone: 0, beingRemoved: 30, unreached: 30, heldByOthers: 0, unknownSizes: 0 },
    });
    const { mounts } = finding.evidence as unknown as { mounts: { container: { name: string } }[] };
    expect(mounts.map(({ container }) => container.name).slice(0, 3)).toEqual(['job-29', 'job-28', 'job-27']);
    const lines = commands(mountLeak, finding.evidence).flatMap((line) => line ?? []);
    expect(lines.filter((line) => line.startsWith('systemctl'))).toEqual([
      'systemctl restart -- metrics-agent.service',
    ]);
    const removals = destructive(mountLeak, finding.evidence);
    expect(removals.flatMap((line) => line?.split(' rm ')[1]?.split(' ') ?? []).sort()).toEqual(
      all.map((_, place) => hex(place, 'c')).sort(),
    );
    expect(lines.indexOf(removals[0] ?? '')).toBeGreaterThan(lines.findIndex((line) => line.startsWith('systemctl')));
    // 1 + 2 + … + 30 MiB.
    expect(mountLeak.promise?.(finding.evidence)).toEqual({ bytes: 465 * MIB, series: 'usedBytes', rises: false });
    expect(wordsOf(mountLeak, finding.evidence)).toEqual({
      title: 'metrics-agent.service holds the mounts of 30 containers that are being removed',
      seen: 'Layers of job-29, job-28, job-27, job-26, job-25 and 25 more are still mounted in mount namespace 21, where 1 process lives. Of the containers, the removal of 30 does not come to its end. No unmount of the daemon reaches them there. The containers have written 465.0 MiB.',
    });
    expect(wordsOf(mountLeak, finding.evidence, 'zh-CN').title).toBe(
      'metrics-agent.service 仍占着 30 个正在删除的容器的挂载',
    );
  });

  test('of containers that no daemon knows any more it says so, and promises nothing', async () => {
    const finding = only(ask(await lookAt([{ state: null }, { state: null }])));
    expect(wordsOf(mountLeak, finding.evidence).title).toBe(
      'metrics-agent.service holds the mounts of 2 containers that are gone',
    );
    expect(finding.severity).toBe('warning');
    expect(mountLeak.promise?.(finding.evidence)).toBeNull();
    // 4 MiB of the one that Docker still has to remove; of the one that is gone nobody knows.
    const both = only(ask(await lookAt([{ bytes: 4 * MIB }, { state: null }])));
    expect(mountLeak.promise?.(both.evidence)?.bytes).toBe(4 * MIB);
    expect(wordsOf(mountLeak, both.evidence)).toMatchObject({
      title: expect.stringMatching(/2 containers that are gone or being removed$/),
      seen: expect.stringContaining('1 is known to no daemon any more, and the removal of 1 does not come to its end.'),
    });
    const stopped = only(ask(await lookAt([{ state: 'exited' }, { state: null }])));
    expect(wordsOf(mountLeak, stopped.evidence).title).toMatch(/2 containers that do not run$/);
    const one = only(ask(await lookAt([{ state: null }])));
    expect(wordsOf(mountLeak, one.evidence).title).toMatch(/holds the mount of container [0-9a-f]{12}, which is gone$/);
    expect(mountLeak.promise?.(one.evidence)).toBeNull();
  });

  test('a stopped container that nobody removes gives nothing back, and is a notice', async () => {
    const finding = only(ask(await lookAt([{ state: 'exited', bytes: MIB }])));
    expect(finding.severity).toBe('notice');
    expect(destructive(mountLeak, finding.evidence)).toEqual([]);
    expect(mountLeak.promise?.(finding.evidence)).toBeNull();
  });

  test('a mount that two hold is told of each, and its bytes are promised by neither', async () => {
    const look = await lookAt([
      { holders: ['a.service', 'bb.service'], bytes: 5 * MIB },
      { holders: ['a.service'], bytes: 3 * MIB },
    ]);
    const [a, b, ...more] = ask(look);
    expect(more).toEqual([]);
    if (a === undefined || b === undefined) throw new Error('not two');
    expect([a.subject, b.subject]).toEqual(['a.service', 'bb.service']);
    expect([countsOf(a).heldByOthers, countsOf(b).heldByOthers]).toEqual([1, 1]);
    expect(mountLeak.promise?.(a.evidence)?.bytes).toBe(3 * MIB);
    expect(mountLeak.promise?.(b.evidence)).toBeNull();
    expect(destructive(mountLeak, a.evidence)).toHaveLength(1);
    expect(destructive(mountLeak, b.evidence)).toEqual([]);
    expect(notesOf(mountLeak, b.evidence)).toContain('Others hold one of these mounts too');
    expect(wordsOf(mountLeak, a.evidence).seen).toContain('Others hold 1 of them too.');
    expect(wordsOf(mountLeak, b.evidence).seen).toContain('Others hold it too.');
  });

  test('a process of no unit is told by its name and namespace, and all is unmounted in there', async () => {
    const finding = only(ask(await lookAt(Array.from({ length: 10 }, () => ({ holders: [null] })))));
    expect(finding.subject).toBe('agent in namespace 4242');
    const lines = commands(mountLeak, finding.evidence).filter((line) => line?.startsWith('nsenter'));
    expect(lines.map((line) => line?.split(' umount -- ')[1]?.split(' ').length)).toEqual([8, 2]);
  });

  test('where no process was seen, the namespace is named and nothing is restarted', async () => {
    const look = edited(await lookAt([{}]), ({ inventory }) => {
      for (const { places } of inventory.leaks ?? []) for (const place of places) place.holders = [];
    });
    const finding = only(ask(look));
    expect(finding.subject).toBe('namespace 21');
    expect(wordsOf(mountLeak, finding.evidence).title).toMatch(
      /^Mount namespace 21 holds the mount of container job-0/,
    );
    expect(commands(mountLeak, finding.evidence).join('\n')).not.toMatch(/systemctl|nsenter/);
  });

  test('mounts of two stores are of no store alone, and nothing is promised', async () => {
    const look = edited(await lookAt([{ bytes: MIB }, { bytes: MIB }]), ({ inventory }) => {
      const daemon = daemonOf(inventory);
      const second = daemon.containers?.find(({ id }) => id === hex(1, 'c'));
      daemon.containers = daemon.containers?.filter((one) => one !== second) ?? null;
      inventory.docker?.daemons.push({ ...daemon, key: 'docker:/other.sock', containers: second ? [second] : [] });
    });
    const finding = only(ask(look));
    expect(finding).toMatchObject({ storeKey: null, evidence: { counts: { mounts: 2 } } });
    expect(mountLeak.promise?.(finding.evidence)).toBeNull();
  });

  test('a thousand mounts with long paths fit: the largest are told, and how many are not', async () => {
    const look = edited(await lookAt(Array.from({ length: 1_000 }, () => ({ holders: [null] }))), ({ inventory }) => {
      for (const { places } of inventory.leaks ?? [])
        for (const one of places) one.mountPoint += `/${'z'.repeat(3_000)}`;
    });
    const { evidence } = only(ask(look));
    expect(jsonBytes(evidence)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    const { mounts, leftOutCount } = evidence as unknown as { mounts: object[]; leftOutCount: number };
    expect(mounts.length + leftOutCount).toBe(1_000);
    expect(mounts.length).toBeGreaterThan(5);
    expect(notesOf(mountLeak, evidence)).toContain(`${leftOutCount} more mounts are not in these lines`);
  });

  test('names of an enemy come out of each line as they are, and both languages have words', async () => {
    for (const holders of [['evil.service'], [null]]) {
      const { evidence } = only(
        ask(await lookAt([{ holders }, { holders, state: 'exited' }, { holders, state: null }])),
      );
      checkHostile(mountLeak, evidence);
      checkWords(mountLeak, evidence);
    }
  });
});
