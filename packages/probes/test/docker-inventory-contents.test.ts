import type { DockerContainer } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProblemLog } from '../src/docker/problem-log.ts';
import { addSizes, readContents } from '../src/docker/read-contents.ts';
import { capturedAnswers, FakeDockerHost } from './fake-docker.ts';

const SOCKET = '/var/run/docker.sock';
const MEBIBYTE = 1024 * 1024;

let host: FakeDockerHost;
beforeEach(() => {
  host = new FakeDockerHost();
});
afterEach(() => host.remove());

const read = async (options: Parameters<FakeDockerHost['read']>[0] = {}) => {
  const { value, problems } = await host.read(options);
  const [daemon] = value.daemons;
  if (daemon === undefined) throw new Error('no daemon');
  return { daemon, texts: problems.map(({ text }) => text) };
};

/** The capture with the container list changed. */
const withContainers = (change: (rows: Record<string, unknown>[]) => unknown[]) => {
  const answers = capturedAnswers('overlay2-1-normal');
  const rows = JSON.parse(String(answers['/containers/json?all=1'])) as Record<string, unknown>[];
  return { ...answers, '/containers/json?all=1': JSON.stringify(change(rows)) };
};

test('without sizes: nothing costly is asked, and what was not read is null', async () => {
  await host.listen(`host${SOCKET}`, capturedAnswers('btrfs-2-dind-running'));
  const { daemon } = await read();
  expect(host.asked.filter((request) => /size|system/.test(request))).toEqual([]);
  expect(host.asked.every((request) => request.startsWith('GET '))).toBe(true);
  expect(daemon.buildCache).toBeNull();
  expect(daemon.containers?.map(({ writableBytes, rootFsBytes }) => writableBytes ?? rootFsBytes)).toEqual(
    Array(5).fill(null),
  );
  expect(daemon.volumes?.map(({ sizeBytes }) => sizeBytes)).toEqual(Array(4).fill(null));
  expect(daemon.images?.map(({ containers }) => containers)).toEqual([1, 2, 2]);
});

test('with sizes: containers, images, volumes and build cache by one question', async () => {
  await host.listen(`host${SOCKET}`, capturedAnswers('btrfs-2-dind-running'));
  const { daemon } = await read({ isSizesTurn: () => true });
  expect(host.asked.filter((request) => /size|system/.test(request))).toEqual(['GET /system/df?verbose=1']);
  expect(daemon.containers?.map(({ names, writableBytes }) => [names[0], writableBytes])).toEqual([
    ['dind1', 55_510],
    ['c4', 2_097_152],
    ['c3', 0],
    ['c2', 0],
    ['c1', 0],
  ]);
  expect(daemon.volumes?.map(({ sizeBytes }) => sizeBytes)).toEqual([3_145_728, 33_771_415, 0, 0]);
  expect(daemon.images?.map(({ sharedBytes }) => sharedBytes)).toEqual([0, 1_982_296, 1_982_296]);
  expect(daemon.buildCache).toEqual([]);
});

test('a failed question for sizes leaves all else, and is told', async () => {
  await host.listen(`host${SOCKET}`, { ...capturedAnswers('overlay2-1-normal'), '/system/df?verbose=1': 500 });
  const { daemon, texts } = await read({ isSizesTurn: () => true });
  expect(daemon.containers).toHaveLength(4);
  expect(daemon.buildCache).toBeNull();
  expect(texts).toEqual([`docker:${SOCKET}: /system/df?verbose=1 answered 500`]);
});

test.each([
  ['{}', 'told no build cache'],
  ['[]', 'is not what Docker answers'],
])('sizes that answer %s are told', async (body, part) => {
  await host.listen('d.sock', { '/system/df?verbose=1': body });
  const log = new ProblemLog();
  const endpoint = { socketPath: `${host.folder}/d.sock` };
  const before = { containers: null, images: null, volumes: null, buildCache: null };
  expect(await addSizes({ name: 'it', endpoint, log }, before)).toEqual(before);
  expect(log.problems()).toEqual([{ status: 'failed', text: expect.stringContaining(part) }]);
});

describe('inspections', () => {
  test('each container once, and again only while it is young or has another state', async () => {
    let status = 'Up 2 hours';
    let state = 'running';
    const edit = () => withContainers((rows) => rows.map((row) => ({ ...row, Status: status, State: state })));
    const answers = edit();
    const inspected = (): number => host.asked.splice(0).filter((request) => /[0-9a-f]{64}/.test(request)).length;
    await host.listen(`host${SOCKET}`, {
      ...answers,
      '/containers/json?all=1': (_, response) => response.end(edit()['/containers/json?all=1']),
    });
    const memory = new Map();
    const details = (containers: DockerContainer[] | null) =>
      containers?.map((row) => row.details?.mountId?.slice(0, 4));
    const first = await read({ memory });
    expect(inspected()).toBe(4);
    const second = await read({ memory });
    expect(inspected()).toBe(0);
    expect(details(second.daemon.containers)).toEqual(details(first.daemon.containers));
    expect(details(first.daemon.containers)).toContain('4b5c');
    state = 'exited';
    await read({ memory });
    expect(inspected()).toBe(4);
    status = 'Up 3 minutes';
    await read({ memory });
    expect(inspected()).toBe(4);
  });

  test('what a daemon that is gone knew is forgotten', async () => {
    const memory = new Map([['docker:/gone.sock', new Map()]]);
    await host.read({ memory });
    expect(memory.size).toBe(0);
  });

  test('a container that vanished is silent, another answer stops the rest and is told', async () => {
    const answers = capturedAnswers('overlay2-1-normal');
    const ids = Object.keys(answers).filter((path) => /[0-9a-f]{64}/.test(path));
    const gone = { ...answers, [ids[0] ?? '']: 404 };
    await host.listen('host/a.sock', gone);
    await host.listen('host/b.sock', { ...answers, [ids[0] ?? '']: '{}' });
    const { value, problems } = await host.read({ sockets: ['/a.sock', '/b.sock'] });
    const missing = value.daemons.map(({ containers }) => containers?.filter(({ details }) => details === null).length);
    expect(missing[0]).toBe(1);
    expect(missing[1]).toBeGreaterThanOrEqual(1);
    expect(problems.map(({ text }) => text)).toEqual([
      'docker:/b.sock: /containers/<id>/json answered 200 and no container',
      `docker:/b.sock: ${missing[1]} of 4 containers were not inspected`,
    ]);
  });

  test('no more than four at a time, and no more than the limit', async () => {
    const [body = ''] = Object.entries(capturedAnswers('overlay2-1-normal')).flatMap(([path, answer]) =>
      /[0-9a-f]{64}/.test(path) ? [String(answer)] : [],
    );
    let [now, most] = [0, 0];
    const many = withContainers(([row]) =>
      Array.from({ length: 510 }, (_, n) => ({ ...row, Id: n.toString(16).padStart(64, '0') })),
    );
    const count = (_: unknown, response: { end: (text: string) => void }): void => {
      now += 1;
      most = Math.max(most, now);
      setImmediate(() => {
        now -= 1;
        response.end(body);
      });
    };
    const ids = Array.from({ length: 510 }, (_, n) => n.toString(16).padStart(64, '0'));
    await host.listen(`host${SOCKET}`, {
      ...many,
      ...Object.fromEntries(ids.map((id) => [`/containers/${id}/json`, count])),
    });
    const { daemon, texts } = await read();
    expect(most).toBeLessThanOrEqual(4);
    expect(daemon.containers?.filter(({ details }) => details !== null)).toHaveLength(500);
    expect(texts).toEqual([`docker:${SOCKET}: 10 of 510 containers were not inspected`]);
  });
});

describe('answers of one that means ill', () => {
  test('a list that is none, and one with rows that are none', async () => {
    const answers = withContainers((rows) => [...rows, 7]);
    await host.listen(`host${SOCKET}`, { ...answers, '/images/json': '{"message":"x"}', '/volumes': '\0' });
    const { daemon, texts } = await read();
    expect(daemon).toMatchObject({ images: null, volumes: null });
    expect(daemon.containers).toHaveLength(4);
    expect(texts).toEqual(
      [
        `docker:${SOCKET}: the answer to /images/json is not what Docker answers`,
        `docker:${SOCKET}: the answer to /volumes is not what Docker answers`,
        `docker:${SOCKET}: /containers/json?all=1: 1 rows are not what Docker answers`,
      ].sort((a, b) => texts.indexOf(a) - texts.indexOf(b)),
    );
    expect(texts).toHaveLength(3);
  });

  test('where a container may be missing, no volume is taken for an unused one', async () => {
    await host.listen(
      `host${SOCKET}`,
      withContainers((rows) => [...rows.slice(1), 7]),
    );
    const { daemon } = await read();
    expect(daemon.volumes?.map(({ references }) => references)).toEqual(Array(4).fill(null));
    expect(daemon.images?.map(({ containers }) => containers)).toEqual(Array(2).fill(null));
  });

  test('beyond the length it is cut off', async () => {
    const chunk = 'x'.repeat(MEBIBYTE);
    await host.listen(`host${SOCKET}`, {
      ...capturedAnswers('overlay2-1-normal'),
      '/volumes': (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(chunk)) {}
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
    });
    const { daemon, texts } = await read();
    expect(daemon.volumes).toBeNull();
    expect(daemon.containers).toHaveLength(4);
    expect(texts).toEqual([`docker:${SOCKET}: /volumes answered more than ${16 * MEBIBYTE} bytes`]);
  });

  test('a daemon that goes in the middle of it', async () => {
    await host.listen(`host${SOCKET}`, {
      ...capturedAnswers('overlay2-1-normal'),
      '/containers/json?all=1': (_, response) => {
        response.write('[');
        response.destroy();
      },
    });
    const { daemon, texts } = await read();
    expect(daemon).toMatchObject({ state: 'answers', containers: null });
    expect(daemon.volumes?.[0]?.references).toBeNull();
    expect(texts).toHaveLength(1);
  });
});

test('nothing listens any more', async () => {
  const log = new ProblemLog();
  const endpoint = { socketPath: `${host.folder}/none.sock` };
  const contents = await readContents({ name: 'it', endpoint, known: new Map(), log });
  expect(contents).toEqual({ containers: null, images: null, volumes: null, buildCache: null });
  expect(log.problems()).toHaveLength(3);
});
