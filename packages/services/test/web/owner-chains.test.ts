import type { Item } from '@silt/domain';
import { expect, test } from 'vitest';
import { ownerChains } from '../../src/web/owner-chains.ts';

const itemOf = (kind: Item['kind'], name: string, change: Partial<Item> = {}) => ({
  ...{ key: `${kind}:${name}`, kind, name, parentKey: null, ownerKey: null, attributes: {} },
  ...change,
});
const daemon = itemOf('daemon', 'docker');
const runner = itemOf('container', 'runner', {
  parentKey: daemon.key,
  attributes: { image: 'dind:27', podName: 'ci-7', composeProject: null },
});
const nested = itemOf('daemon', 'inner', { parentKey: runner.key });
const job = itemOf('container', 'job', { parentKey: nested.key, attributes: { image: 'node:24' } });
const volume = itemOf('volume', 'work', { parentKey: nested.key, ownerKey: job.key });

test('a volume of a nested daemon names all that are around it, from the outside in', () => {
  const chainOf = ownerChains([daemon, runner, nested, job, volume]);
  expect(chainOf(volume)).toEqual(['docker', 'ci-7', 'runner', 'inner', 'job', 'node:24']);
  expect(chainOf(job)).toEqual(['docker', 'ci-7', 'runner', 'inner', 'node:24']);
  expect(chainOf(runner)).toEqual(['docker', 'ci-7', 'dind:27']);
  expect(chainOf(daemon)).toEqual([]);
});

test('an owner that is not there any more is not known', () => {
  expect(ownerChains([volume])(volume)).toEqual([]);
});

test('items that own each other end', () => {
  const a = itemOf('volume', 'a', { ownerKey: 'volume:b' });
  const b = itemOf('volume', 'b', { ownerKey: 'volume:a' });
  expect(ownerChains([a, b])(a).length).toBeLessThan(12);
  const self = itemOf('volume', 'self', { parentKey: 'volume:self' });
  expect(ownerChains([self])(self)).toEqual([]);
});

test('what lies on a store or a data root has no owner by that', () => {
  const root = itemOf('data-root', '/var/lib/docker', { parentKey: daemon.key });
  const orphan = itemOf('orphan-layer', 'x', { parentKey: root.key });
  expect(ownerChains([daemon, root, orphan])(orphan)).toEqual(['docker']);
});
