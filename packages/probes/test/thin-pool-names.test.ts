import { describe, expect, test } from 'vitest';
import {
  guessPool,
  makerOf,
  parseDmName,
  parseDockerThinName,
  poolNameOf,
  unmangleDmName,
} from '../src/thin-pool/names.ts';

const HASH = 'cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e';
const LVM = 'LVM-XqD0yViUZXpK8fcQfmCJUUJsCXR1eZbLYWM34rLgKvUfcr0wH3GHtlseJaSvWqro';

test.each([
  ["LVM's pool", 'docker-thinpool-tpool', `${LVM}-tpool`, 2, 'pool'],
  ["LVM's layer over its pool", 'docker-thinpool', `${LVM}-pool`, 1, 'no'],
  ['a pool that LVM holds by its layer', 'docker-thinpool', `${LVM}-pool`, 2, 'maybe'],
  ["LVM's thin volume", 'docker-vol1', LVM, 1, 'no'],
  ["LVM's mirror on two disks", 'docker-mirror', LVM, 2, 'no'],
  ["Docker's pool", 'docker-253:2-8388736-pool', '', 2, 'pool'],
  ["Docker's pool whose slaves are not seen", 'docker-253:2-8388736-pool', '', 0, 'pool'],
  ['a thin device of Docker', `docker-253:2-8388736-${HASH}`, '', 1, 'no'],
  ['a device of nobody on two', 'labpool', '', 2, 'maybe'],
  ['a device of nobody on three', 'labpool', '', 3, 'no'],
  ['an encrypted one', 'x', 'CRYPT-LUKS2-1', 2, 'no'],
  ['a multipath one', 'x', 'mpath-1', 2, 'no'],
  ['a partition', 'x', 'part1-mpath-1', 2, 'no'],
])('%s', (_, dmName, uuid, slaves, wanted) => {
  expect(guessPool({ dmName, uuid }, slaves)).toBe(wanted);
});

test.each([
  ['docker-thinpool-tpool', `${LVM}-tpool`, 'docker/thinpool'],
  ['my--vg-my--pool-tpool', `${LVM}-tpool`, 'my-vg/my-pool'],
  ['docker-pool--70-tpool', `${LVM}-tpool`, 'docker/pool-70'],
  ['docker-vol1', LVM, 'docker/vol1'],
  ['docker-253:2-8388736-pool', '', 'docker-253:2-8388736-pool'],
  ['a-b-c-tpool', `${LVM}-tpool`, 'a-b-c-tpool'],
  ['alone', `${LVM}-tpool`, 'alone'],
  ['-', `${LVM}-tpool`, '-'],
])('%s of %s is called %s', (dmName, uuid, wanted) => {
  expect(poolNameOf({ dmName, uuid })).toBe(wanted);
});

describe('thin devices of Docker', () => {
  test.each([
    [`docker-0:33-25-${HASH}`, { layerId: HASH, isInit: false, rootDevice: '0:33', rootInode: '25' }],
    [`docker-253:2-8388736-${HASH}-init`, { layerId: HASH, isInit: true, rootDevice: '253:2', rootInode: '8388736' }],
    ['docker-253:2-8388736-base', { layerId: 'base', isInit: false, rootDevice: '253:2', rootInode: '8388736' }],
    ['docker-253:2-8388736-pool', null],
    [`docker-253:2-8388736-${HASH.slice(1)}`, null],
    [`docker-253:2-${HASH}`, null],
    [`docker-253:2-8-${HASH}-init-init`, null],
    ['docker-vol1', null],
  ])('%s', (name, wanted) => {
    expect(parseDockerThinName(name)).toEqual(wanted);
  });

  test('the maker is known by uuid or name', () => {
    expect(makerOf({ dmName: `docker-0:33-25-${HASH}`, uuid: '' })).toBe('docker');
    expect(makerOf({ dmName: 'docker-253:2-8388736-pool', uuid: '' })).toBe('docker');
    expect(makerOf({ dmName: 'docker-253:2-8-pool', uuid: LVM })).toBe('lvm');
    expect(makerOf({ dmName: 'docker-vol1', uuid: '' })).toBe('other');
  });
});

test('a name of sysfs is one line without a slash, of at most 127 characters', () => {
  expect(parseDmName('docker-0:33-25-pool\n')).toBe('docker-0:33-25-pool');
  expect(parseDmName(`${'x'.repeat(127)}\n`)).toHaveLength(127);
  for (const text of ['', '\n', 'a/b\n', 'a\nb\n', 'a\0', `${'x'.repeat(128)}\n`]) expect(parseDmName(text)).toBeNull();
});

test('a mangled name is given back, and another is left alone', () => {
  expect(unmangleDmName('a\\x20b')).toBe('a b');
  expect(unmangleDmName('\\xc3\\xa9')).toBe('é');
  for (const name of ['a b', 'é', '\\xzz', '\\']) expect(unmangleDmName(name)).toBe(name);
});
