import { describe, expect, it } from 'vitest';
import { DOCKER_SIZES_MAX_AGE_MILLISECONDS, type DockerDaemon, DockerSizes, type Inventory } from '../../src/index.ts';

const START = Date.parse('2026-11-21T00:00:00Z');
const HOUR = 3_600_000;

type Part = Partial<Record<'containers' | 'images' | 'volumes' | 'buildCache', object[] | null>>;

/** Of a daemon just what is filled in. */
const inventoryAt = (at: number, part: Part, state: DockerDaemon['state'] = 'answers'): Inventory =>
  ({
    takenAt: new Date(START + at).toISOString(),
    docker: {
      daemons: [{ key: 'docker:/s', state, containers: [], images: [], volumes: [], buildCache: null, ...part }],
      containerds: [],
    },
  }) as unknown as Inventory;
const daemonOf = ({ docker }: Inventory): DockerDaemon | undefined => docker?.daemons[0];

const walked: Part = {
  containers: [{ id: 'c', writableBytes: 5, rootFsBytes: 9 }],
  images: [{ id: 'i', sizeBytes: 7, sharedBytes: 3 }],
  volumes: [{ name: 'v', sizeBytes: 0 }],
  buildCache: [{ id: 'b', sizeBytes: 1 }],
};
const listed: Part = {
  containers: [
    { id: 'c', writableBytes: null, rootFsBytes: null, state: 'exited' },
    { id: 'new', writableBytes: null, rootFsBytes: null },
  ],
  images: [{ id: 'i', sizeBytes: 8, sharedBytes: null }],
  volumes: [{ name: 'v', sizeBytes: null }],
};

describe('sizes between two walks of a daemon', () => {
  it('are those of the last walk; what came since has none, and nothing else is old', () => {
    const sizes = new DockerSizes();
    sizes.fill(inventoryAt(0, walked));
    expect(daemonOf(sizes.fill(inventoryAt(HOUR / 12, listed)))).toMatchObject({
      containers: [
        { id: 'c', writableBytes: 5, rootFsBytes: 9, state: 'exited' },
        { id: 'new', writableBytes: null, rootFsBytes: null },
      ],
      images: [{ sizeBytes: 8, sharedBytes: 3 }],
      volumes: [{ sizeBytes: 0 }],
      buildCache: [{ id: 'b', sizeBytes: 1 }],
    });
  });

  it('are not read before the first walk', () => {
    const inventory = inventoryAt(0, listed);
    expect(new DockerSizes().fill(inventory)).toEqual(inventory);
  });

  it('are not read any more when the walk is too long ago, or the clock was set back behind it', () => {
    for (const at of [DOCKER_SIZES_MAX_AGE_MILLISECONDS + 1, -DOCKER_SIZES_MAX_AGE_MILLISECONDS - 1]) {
      const sizes = new DockerSizes();
      sizes.fill(inventoryAt(0, walked));
      expect(daemonOf(sizes.fill(inventoryAt(at, listed)))?.buildCache).toBe(null);
    }
  });

  it('end a later walk at once: nothing of the one before shines through', () => {
    const sizes = new DockerSizes();
    sizes.fill(inventoryAt(0, walked));
    const later = { ...walked, containers: [{ id: 'c', writableBytes: null, rootFsBytes: null }] };
    expect(daemonOf(sizes.fill(inventoryAt(HOUR, later)))?.containers).toEqual(later.containers);
  });

  it('are not given to a daemon that does not answer, nor do they bring back a list that was not read', () => {
    const sizes = new DockerSizes();
    sizes.fill(inventoryAt(0, walked));
    const silent = { containers: null, images: null, volumes: null };
    expect(daemonOf(sizes.fill(inventoryAt(1, silent, 'does not answer')))).toMatchObject({ buildCache: null });
    expect(daemonOf(sizes.fill(inventoryAt(2, { ...listed, volumes: null })))?.volumes).toBe(null);
  });

  it('a host without Docker, or one on which it was not read, is left as it is', () => {
    const inventory = { takenAt: new Date(START).toISOString(), docker: null } as Inventory;
    expect(new DockerSizes().fill(inventory)).toBe(inventory);
  });
});
