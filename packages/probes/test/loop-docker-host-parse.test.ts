import { describe, expect, test } from 'vitest';
import { parseDaemonInfo } from '../src/docker/parse-info.ts';
import {
  hashMachineId,
  parseDistribution,
  parseMachineId,
  parseProductUuid,
  parseUptimeMilliseconds,
} from '../src/host/parse.ts';
import { loopDeviceOf, parseBackingFile } from '../src/loop/parse.ts';
import { fixture, sysfsCapture } from './fixture.ts';

describe('loop', () => {
  test('a backing file, there and deleted', () => {
    expect(parseBackingFile(sysfsCapture('loop/sysfs-loop.json').get('backing_file') ?? '')).toEqual({
      path: '/srv/lab/img/p.img',
      deleted: false,
    });
    expect(parseBackingFile(fixture('loop/backing_file-deleted.txt'))).toEqual({
      path: '/srv/lab/mnt/outer/docker-volume.img',
      deleted: true,
    });
  });

  test.each(['', '\n', 'relative\n', '/a\0b\n'])('%j is no backing file', (text) => {
    expect(parseBackingFile(text)).toBeNull();
  });

  test.each([
    ['/dev/loop3', 'loop3'],
    ['/dev/loop12p1', 'loop12'],
    ['/dev/loop', null],
    ['/dev/sda', null],
    ['loop3', null],
  ])('%s lies on %s', (source, device) => {
    expect(loopDeviceOf(source)).toBe(device);
  });
});

describe('docker', () => {
  const [version, info] = [fixture('docker/version.json'), fixture('docker/info.json')];

  test('a real daemon', () => {
    expect(parseDaemonInfo(version, info)).toMatchObject({
      version: '20.10.24+dfsg1',
      apiVersion: '1.41',
      storageDriver: 'overlay2',
      dataRoot: '/srv/lab/mnt/ext/docker',
      liveRestore: true,
    });
  });

  test('a live-restore that was not told is not off (one-field edit)', () => {
    const edited = info.replace('"LiveRestoreEnabled":true', '"LiveRestoreEnabled":null');
    expect(parseDaemonInfo(version, edited)).toMatchObject({ liveRestore: null });
  });

  test.each([
    ['half an answer', version, info.slice(0, 500), '/info is no JSON object'],
    ['a list', '[]', info, '/version is no JSON object'],
    ['an error', '{"message":"page not found"}', info, 'no Version'],
    ['a driver that is no text', version, info.replace('"Driver":"overlay2"', '"Driver":7'), 'no Driver'],
    ['a NUL', version, info.replace('"Driver":"overlay2"', '"Driver":"a\\u0000"'), 'no Driver'],
  ])('%s is told', (_, one, other, part) => {
    expect(parseDaemonInfo(one, other)).toContain(part);
  });
});

describe('host', () => {
  test('the id goes out as a hash with a prefix of ours', () => {
    // printf 'silt:0123456789abcdef0123456789abcdef' | sha256sum
    expect(hashMachineId('0123456789abcdef0123456789abcdef')).toBe(
      'cd47c9dff0b9db0e810443a4e4914679c7ea38d58cbf0ac7aa3831d22f1a82c6',
    );
  });

  test.each([
    ['0123456789abcdef0123456789ABCDEF\n', '0123456789abcdef0123456789abcdef'],
    ['uninitialized\n', null],
    ['', null],
    [`${'0'.repeat(32)}\n`, null],
  ])('machine-id %j: %s', (text, id) => {
    expect(parseMachineId(text)).toBe(id);
  });

  test.each([
    ['4c4c4544-0042-3510-8052-b4c04f4a3132\n', '4c4c4544-0042-3510-8052-b4c04f4a3132'],
    ['00000000-0000-0000-0000-000000000000\n', null],
    ['FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n', null],
    ['Not Specified\n', null],
  ])('product_uuid %j: %s', (text, id) => {
    expect(parseProductUuid(text)).toBe(id);
  });

  test.each([
    ['NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'Debian GNU/Linux 12 (bookworm)'],
    ["PRETTY_NAME='a b'\n", 'a b'],
    ['PRETTY_NAME=Alpine\n', 'Alpine'],
    ['PRETTY_NAME="a \\"b\\""\n', 'a "b"'],
    ['PRETTY_NAME=\n', null],
    ['', null],
  ])('os-release %j: %s', (text, name) => {
    expect(parseDistribution(text)).toBe(name);
  });

  test.each([
    ['7817.76 14920.11\n', 7_817_760],
    ['0.00 0.00\n', 0],
    ['', null],
    ['soon\n', null],
  ])('uptime %j: %s', (text, milliseconds) => {
    expect(parseUptimeMilliseconds(text)).toBe(milliseconds);
  });
});
