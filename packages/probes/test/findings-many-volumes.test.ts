import { execFileSync } from 'node:child_process';
import { type Inventory, itemRunOf } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dindLeftover } from '../../domain/src/findings/dind-leftover/rule.ts';
import { jsonBytes, MAX_EVIDENCE_BYTES } from '../../domain/src/findings/evidence-size.ts';
import type { Finding } from '../../domain/src/findings/rule.ts';
import { kernel } from './faked-kernel.ts';
import { edited, notesOf, wordsOf } from './findings-checks.ts';
import {
  BTRFS_DAEMON,
  commands,
  DAY,
  daemonOf,
  destructive,
  found,
  HOUR,
  inputOf,
  layersOf,
} from './findings-docker-host.ts';
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
const GIB = 1024 ** 3;

describe('volumes that nested Dockers left', () => {
  interface Left {
    name: string;
    bytes?: number | null;
    references?: number | null;
    isAnonymous?: boolean;
  }
  const volumeName = (place: number): string => place.toString(16).padStart(64, 'b');

  /** The captured volume under other names, with its five subvolumes: a size of its own each, and nothing in the subvolumes. */
  const leave =
    (all: readonly Left[]) =>
    (inventory: Inventory): void => {
      const system = only(inventory.btrfs);
      const layers = layersOf(inventory);
      const leftover = only(layers.leftovers);
      const volumes = daemonOf(inventory).volumes ?? [];
      const told = only(volumes.filter(({ name }) => name === hosts.LEFT_VOLUME));
      const nested = (system.subvolumes ?? []).filter(({ path }) => path.includes(hosts.LEFT_VOLUME));
      const others = (system.subvolumes ?? []).filter((one) => !nested.includes(one));
      expect(nested).toHaveLength(5);
      Object.assign(system, { quota: { mode: 'qgroup', isInconsistent: false } });
      system.subvolumes = [
        ...others,
        ...all.flatMap(({ name }, place) =>
          nested.map((one, index) => ({
            ...one,
            ...{ path: one.path.replace(hosts.LEFT_VOLUME, name), uuid: `${place}-${index}`, parentUuid: null },
            ...{ id: 10_000 + place * 10 + index, exclusiveBytes: 0, referencedBytes: 0 },
          })),
        ),
      ];
      layers.leftovers = all.map(({ name, isAnonymous = true }) => ({ ...leftover, volume: name, isAnonymous }));
      daemonOf(inventory).volumes = [
        ...volumes.filter((one) => one !== told),
        ...all.map(({ name, bytes = null, references = 0 }) => ({ ...told, name, references, sizeBytes: bytes })),
      ];
    };
  async function lookAt(all: readonly Left[]): Promise<Look> {
    if (base === null) await hosts.putDindStep(host, 3);
    base ??= await host.look();
    return edited(base, ({ inventory }) => leave(all)(inventory));
  }
  const hundred = Array.from({ length: 100 }, (_, place) => ({
    name: volumeName(place),
    bytes: (place + 1) * 10 * MIB,
  }));
  interface Told {
    counts: Record<string, number>;
    volumes: { volume: string; bytes: number | null; isConfirmed: boolean; subvolumes: object[] }[];
    others: { volume: string }[];
    leftOutCount: number;
    bytes: number;
  }
  const toldIn = ({ evidence }: Pick<Finding, 'evidence'>): Told => evidence as unknown as Told;

  test('a hundred of one data root are one finding: the largest in full, the next by name, all of them counted', async () => {
    const finding = only(found(dindLeftover, inputOf(await lookAt(hundred), { age: DAY })));
    expect(finding).toMatchObject({ subject: BTRFS_DAEMON, severity: 'warning' });
    const { counts, volumes, others, leftOutCount, bytes } = toldIn(finding);
    expect(counts).toEqual({
      ...{ volumes: 100, anonymous: 100, confirmed: 100, halfRemoved: 0, layers: 500, subvolumes: 500, readOnly: 0 },
      ...{ unknownSizes: 0, untold: 0 },
    });
    // 10 + 20 + … + 1,000 MiB.
    expect(bytes).toBe(50_500 * MIB);
    expect(volumes.map(({ volume }) => volume)).toEqual(
      Array.from({ length: 10 }, (_, place) => volumeName(99 - place)),
    );
    expect(volumes.every(({ subvolumes }) => subvolumes.length === 5)).toBe(true);
    expect(others[0]?.volume).toBe(volumeName(89));
    expect(others.length + leftOutCount).toBe(90);
    expect(jsonBytes(finding.evidence)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    expect(wordsOf(dindLeftover, finding.evidence)).toEqual({
      title: '/srv/lab/mnt/dbtr/docker: 100 volumes hold what nested Dockers left',
      seen: 'No container uses them, and nobody gave them a name. They hold 500 layers of other Dockers, and 500 btrfs subvolumes. Together they hold up to 49.3 GiB.',
    });
    expect(wordsOf(dindLeftover, finding.evidence, 'zh-CN')).toEqual({
      title: '/srv/lab/mnt/dbtr/docker：100 个卷中有嵌套 Docker 遗留的存储',
      seen: '没有容器使用它们，且均为匿名卷。其中有其他 Docker 的 500 个层和 500 个 btrfs 子卷。合计最多占用 49.3 GiB。',
    });
  });

  test('its steps are a block a volume: who uses it, what lies in it, its subvolumes, then itself', async () => {
    const { evidence } = only(found(dindLeftover, inputOf(await lookAt(hundred.slice(0, 3)), { age: DAY })));
    const lines = commands(dindLeftover, evidence).flatMap((line) => line ?? []);
    const blocks = [2, 1, 0].map((place) => lines.filter((line) => line.includes(volumeName(place))));
    for (const block of blocks) {
      expect(block.map((line) => line.match(/ (ps|-la|list|subvolume delete|volume rm) /)?.[1])).toEqual([
        ...['ps', '-la', 'list', 'subvolume delete', 'volume rm'],
      ]);
    }
    expect(lines.slice(0, -1)).toEqual(blocks.flat());
    expect(lines.at(-1)).toContain('btrfs subvolume sync');
    expect(notesOf(dindLeftover, evidence)).not.toMatch(/more can go|Leave these alone/);
  });

  test('its promise is what the steps give back, not what all of them hold', async () => {
    const look = await lookAt(hundred);
    const { evidence } = only(found(dindLeftover, inputOf(look, { age: DAY })));
    // 910 + 920 + … + 1,000 MiB.
    expect(dindLeftover.promise?.(evidence)).toEqual({ bytes: 9_550 * MIB, series: 'dataUsedBytes', rises: false });
    expect(destructive(dindLeftover, evidence).filter((line) => line?.includes('volume rm'))).toHaveLength(10);
    expect(notesOf(dindLeftover, evidence)).toContain(`90 more can go as well`);
    expect(notesOf(dindLeftover, evidence)).toContain(volumeName(89));
    const unseen = only(found(dindLeftover, inputOf(look, { age: HOUR })));
    expect(dindLeftover.promise?.(unseen.evidence)).toBeNull();
    const unknown = await lookAt([{ name: volumeName(1), bytes: 5 }, { name: volumeName(2) }]);
    const half = only(found(dindLeftover, inputOf(unknown, { age: DAY })));
    expect(dindLeftover.promise?.(half.evidence)).toBeNull();
    expect(wordsOf(dindLeftover, half.evidence).seen).toContain('up to 5 B, not counting 1 whose size is not known.');
  });

  /** Each has stood unused for a day but those named. */
  const seenToday = (look: Look, young: readonly string[]) => {
    const input = inputOf(look, { age: DAY });
    const { past } = input;
    if (past === null) throw new Error('no past');
    const isYoung = (key: string) => young.some((name) => key === `leftover:${BTRFS_DAEMON}:${name}`);
    const stateSince = (key: string) => (isYoung(key) ? input.now - HOUR : past.stateSince(key));
    return { ...input, past: { ...past, stateSince } };
  };

  test('one that was used until an hour ago is named as waiting, and none of its lines is a deletion', async () => {
    const look = await lookAt(hundred.slice(0, 4));
    const finding = only(found(dindLeftover, seenToday(look, [volumeName(3)])));
    const { counts, volumes } = toldIn(finding);
    expect(counts).toMatchObject({ volumes: 4, confirmed: 3 });
    expect(volumes.map(({ isConfirmed }) => isConfirmed)).toEqual([true, true, true, false]);
    expect(commands(dindLeftover, finding.evidence).join('\n')).not.toContain(volumeName(3));
    expect(notesOf(dindLeftover, finding.evidence)).toContain(`Leave these alone for now: ${volumeName(3)}.`);
    expect(wordsOf(dindLeftover, finding.evidence).seen).toContain(
      '1 of them has not been seen unused for a whole day.',
    );
    // 10 + 20 + 30 MiB.
    expect(dindLeftover.promise?.(finding.evidence)?.bytes).toBe(60 * MIB);
  });

  test('while none has been unused for a day, three are looked at and nothing else is told to do', async () => {
    const { evidence } = only(found(dindLeftover, inputOf(await lookAt(hundred), { age: HOUR })));
    const steps = dindLeftover.remedy(evidence);
    expect(steps.map(({ kind }) => kind)).toEqual([...Array.from({ length: 9 }, () => 'look'), 'precondition']);
    expect(steps.at(-1)?.note.en).toContain('Delete nothing yet');
    expect(wordsOf(dindLeftover, evidence).seen).toContain('None of them has yet been seen unused for a whole day.');
  });

  test('one in use is none of it; one of which nobody can tell is counted, and the data root cannot be told of', async () => {
    const look = await lookAt([
      { name: volumeName(1), references: 1 },
      { name: volumeName(2), references: null },
      { name: volumeName(3), references: null },
      { name: volumeName(4) },
    ]);
    const { findings, cannotTell } = dindLeftover.check(inputOf(look, { age: DAY }));
    expect(cannotTell).toEqual([{ subject: BTRFS_DAEMON, missing: 'docker-socket' }]);
    const finding = only(findings);
    expect(toldIn(finding).counts).toMatchObject({ volumes: 1, untold: 2 });
    expect(toldIn(finding).volumes.map(({ volume }) => volume)).toEqual([volumeName(4)]);
    expect(wordsOf(dindLeftover, finding.evidence).seen).toContain(
      'Of 2 more volumes it cannot be told whether something uses them.',
    );
    const none = dindLeftover.check(inputOf(await lookAt([{ name: volumeName(1), references: 1 }]), { age: DAY }));
    expect(none).toEqual({ findings: [], cannotTell: [] });
  });

  test.each<[string, Left[], string]>([
    ['many small ones that are large together', hundred.map((one) => ({ ...one, bytes: 11 * MIB })), 'warning'],
    ['small ones that are small together', hundred.map((one) => ({ ...one, bytes: 10 * MIB })), 'notice'],
    ['one of unknown size', [{ name: volumeName(1) }, { name: volumeName(2), bytes: 1 }], 'warning'],
    ['named ones, however large', [{ name: 'ci', isAnonymous: false, bytes: 50 * GIB }], 'notice'],
  ])('%s: %s', async (_, all, severity) => {
    expect(only(found(dindLeftover, inputOf(await lookAt(all), { age: DAY })))).toMatchObject({ severity });
  });

  test('a named one has its owner asked first, and the words tell how many have names', async () => {
    const all = [
      { name: 'ci', isAnonymous: false, bytes: 1 },
      { name: volumeName(2), bytes: 2 },
    ];
    const { evidence } = only(found(dindLeftover, inputOf(await lookAt(all), { age: DAY })));
    expect(notesOf(dindLeftover, evidence)).toContain('Volume ci (1 B): somebody gave it its name.');
    expect(wordsOf(dindLeftover, evidence).seen).toContain('1 has a name that somebody gave it.');
    expect(wordsOf(dindLeftover, evidence, 'zh-CN').seen).toContain('其中 1 个是有人命名的');
  });

  test('volumes by names without end, each with hundreds of subvolumes, fit', async () => {
    const all = Array.from({ length: 300 }, (_, place) => ({
      name: `${place}-${'é'.repeat(120)}`,
      isAnonymous: false,
    }));
    const look = edited(await lookAt(all), ({ inventory }) => {
      const system = only(inventory.btrfs);
      const [first] = (system.subvolumes ?? []).filter(({ path }) => path.includes('/7-é'));
      if (first === undefined) throw new Error('no subvolume');
      for (let place = 0; place < 900; place += 1) {
        system.subvolumes?.push({
          ...first,
          id: 90_000 + place,
          uuid: `x${place}`,
          path: `${first.path}/${'y'.repeat(200)}${place}`,
        });
      }
    });
    const finding = only(found(dindLeftover, inputOf(look, { age: DAY })));
    const { counts, volumes, others, leftOutCount } = toldIn(finding);
    expect(jsonBytes(finding.evidence)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    expect(counts).toMatchObject({ volumes: 300, subvolumes: 2_400 });
    expect(volumes.length + others.length + leftOutCount).toBe(300);
    expect(notesOf(dindLeftover, finding.evidence)).toMatch(/\d+ more subvolumes lie nearer to the top/);
  });

  test('names of an enemy come out of each line as they are', async () => {
    const name = `-v '$(id)' "x"\n$HOME`;
    const all = [
      { name, isAnonymous: false },
      { name: `${name}2`, isAnonymous: false },
    ];
    const { evidence } = only(found(dindLeftover, inputOf(await lookAt(all), { age: DAY })));
    const lines = commands(dindLeftover, evidence).flatMap((line) => line ?? []);
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines.slice(0, -1)) {
      const text = execFileSync('bash', ['-fc', `printf '%s\\0' ${line.replace(' | grep ', ' grep ')}`], {
        encoding: 'utf8',
      });
      expect(text).toContain(name);
      expect(text).not.toContain('uid=');
    }
  });

  test('its item is in use while a container has its folder by its path: since when it is unused begins anew', async () => {
    await hosts.putDindStep(host, 3);
    const { inventory, snapshot } = await host.look();
    const stateOf = (one: Inventory) =>
      only(itemRunOf(one, snapshot).items.filter(({ kind }) => kind === 'leftover')).state;
    expect(stateOf(inventory)).toBe('unused');
    const source = `${hosts.BTRFS_ROOT}/volumes/${hosts.LEFT_VOLUME}/_data`;
    const bind = { type: 'bind', name: null, source, destination: '/x', readOnly: true, propagation: 'rprivate' };
    daemonOf(inventory).containers?.[0]?.mounts.push(bind);
    expect(stateOf(inventory)).toBe('in use');
    Object.assign(daemonOf(inventory), { volumes: null, containers: null });
    expect(stateOf(inventory)).toBeNull();
  });
});
