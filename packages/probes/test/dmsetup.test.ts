import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandRequest } from '../src/command.ts';
import { askThins, dmsetupAt } from '../src/thin-pool/dmsetup.ts';
import { fixture } from './fixture.ts';

interface Captured {
  rc: number;
  out: string;
  err: string;
}
const CAPTURED: Record<string, Captured> = JSON.parse(fixture('thin-pool/status-by-privilege.json'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silt-dmsetup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program in place of dmsetup. */
function program(script: string): string {
  const path = join(folder, 'dmsetup');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a pool is asked for by its name, whatever that begins with, and without a flush', async () => {
  const call = dmsetupAt([program('echo "$@"')]);
  expect(await call('status', '-pool')).toBe('status --noflush -- -pool\n');
  expect(await call('table', 'a b')).toBe('table -- a b\n');
});

test.each(Object.entries(CAPTURED))('as %s', async (_, { rc, out, err }) => {
  writeFileSync(join(folder, 'out'), out);
  writeFileSync(join(folder, 'err'), err);
  const call = dmsetupAt([program(`cat '${folder}/out'; cat '${folder}/err' >&2; exit ${rc}`)]);
  expect(await call('status', 'pool')).toEqual(rc === 0 ? out : { status: 'unavailable', text: 'dmsetup needs root' });
});

test.each([
  [
    '/dev/mapper/control: open failed: No such device',
    { status: 'unavailable', text: 'dmsetup reaches no device mapper at /dev/mapper/control' },
  ],
  [
    'device-mapper: table ioctl on x  failed: No such device or address',
    { status: 'failed', text: 'dmsetup: device-mapper: table ioctl on x  failed: No such device or address' },
  ],
  ['', { status: 'failed', text: 'dmsetup: ended without a word' }],
])('%j on its way out is told', async (stderr, wanted) => {
  const call = dmsetupAt([program(`printf '%s' '${stderr}' >&2; exit 1`)]);
  expect(await call('table', 'x')).toEqual(wanted);
});

test('where there is none, the places are named', async () => {
  expect(await dmsetupAt(['/nowhere/dmsetup', '/nowhere/else'])('table', 'x')).toEqual({
    status: 'unavailable',
    text: 'no dmsetup at /nowhere/dmsetup, /nowhere/else',
  });
});

test('an answer beyond 64 KiB is none', async () => {
  const call = dmsetupAt([program('head -c 65537 /dev/zero')]);
  expect(await call('status', 'x')).toEqual({ status: 'failed', text: 'dmsetup answered more than 65536 bytes' });
});

describe('all thin devices at once', () => {
  const requests: CommandRequest[] = [];
  const run =
    (code: number, stdout: string, stderr = '') =>
    (request: CommandRequest) => {
      requests.push(request);
      return Promise.resolve({ code, stdout, stderr });
    };

  test('one start for each, limited to their target, without a flush', async () => {
    const captured = fixture('thin-pool/docker-loop/status-thin.txt');
    expect(await askThins(run(0, captured), 'status')).toBe(captured);
    expect(await askThins(run(0, ''), 'table')).toBe('');
    expect(requests.map(({ args }) => args.join(' '))).toEqual([
      'status --noflush --target thin',
      'table --target thin',
    ]);
    expect(requests.every(({ paths }) => paths.every((path) => path.startsWith('/')))).toBe(true);
  });

  test('a kernel without a device has no thin ones', async () => {
    expect(await askThins(run(0, 'No devices found\n'), 'table')).toBe('');
  });

  test('may not be asked', async () => {
    expect(await askThins(run(1, '', CAPTURED.nobody?.err), 'table')).toEqual({
      status: 'unavailable',
      text: 'dmsetup needs root',
    });
    const problem = { status: 'unavailable', text: 'no dmsetup at /x' } as const;
    expect(await askThins(() => Promise.resolve(problem), 'status')).toBe(problem);
  });
});
