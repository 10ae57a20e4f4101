import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CommandRequest, firstLine, runCommand } from '../src/command.ts';

const shell = (script: string, change: Partial<CommandRequest> = {}) =>
  runCommand({
    ...{ name: 'sh', paths: ['/bin/sh'], args: ['-c', script], deadlineMilliseconds: 10_000, maxAnswerBytes: 1_024 },
    ...change,
  });

test('of its paths, the first that is there is started', async () => {
  expect(await shell('echo "$0"', { paths: ['/nowhere/sh', '/bin/sh'] })).toEqual({
    code: 0,
    stdout: '/bin/sh\n',
    stderr: '',
  });
  expect(await shell('echo', { paths: ['/nowhere/sh', '/nowhere/else'] })).toEqual({
    status: 'unavailable',
    text: 'no sh at /nowhere/sh, /nowhere/else',
  });
});

test('one that may not be started is told', async () => {
  expect(existsSync('/etc/passwd')).toBe(true);
  expect(await shell('', { paths: ['/etc/passwd'] })).toEqual({ status: 'unavailable', text: 'sh: permission denied' });
});

test('its words are given as they are: no shell looks at them', async () => {
  const answer = await runCommand({
    ...{ name: 'echo', paths: ['/bin/echo'], deadlineMilliseconds: 10_000, maxAnswerBytes: 1_024 },
    args: ['$HOME', '; id', '*', 'a\nb'],
  });
  expect(answer).toEqual({ code: 0, stdout: '$HOME ; id * a\nb\n', stderr: '' });
});

test('LC_ALL is all its environment, and / its folder', async () => {
  process.env.SILT_COMMAND_TEST = 'seen';
  const answer = await shell('cat /proc/self/environ | tr "\\0" "\\n"; pwd', {});
  delete process.env.SILT_COMMAND_TEST;
  const stdout = 'stdout' in answer ? answer.stdout.split('\n') : [];
  expect(stdout).toContain('LC_ALL=C');
  expect(stdout.at(-2)).toBe('/');
  // The shell itself adds PWD and the like to what its children get.
  expect(stdout.filter((line) => !/^(LC_ALL=C|PWD=.*|OLDPWD=.*|SHLVL=.*|_=.*|\/|)$/.test(line))).toEqual([]);
});

describe('how it ends', () => {
  test('with a code, and what it said to either side', async () => {
    expect(await shell('echo out; echo err >&2; exit 5')).toEqual({ code: 5, stdout: 'out\n', stderr: 'err\n' });
  });

  test('by a signal: no code', async () => {
    expect(await shell('echo half; kill -TERM $$')).toEqual({ code: null, stdout: 'half\n', stderr: '' });
  });

  test('at its deadline: killed, even if it takes no other signal', async () => {
    const answer = await shell('trap "" TERM INT HUP; echo $$; exec sleep 60', { deadlineMilliseconds: 300 });
    expect(answer).toMatchObject({ code: null });
    const child = 'stdout' in answer ? Number(answer.stdout) : 0;
    expect(() => process.kill(child, 0)).toThrow('ESRCH');
  });

  test('with more to say than is read', async () => {
    expect(await shell('head -c 1024 /dev/zero')).toMatchObject({ code: 0 });
    const tooMuch = { status: 'failed', text: 'sh answered more than 1024 bytes' };
    expect(await shell('head -c 1025 /dev/zero')).toEqual(tooMuch);
    expect(await shell('head -c 1025 /dev/zero >&2')).toEqual(tooMuch);
  });

  test('an argument with a NUL starts nothing', async () => {
    await expect(shell('echo \0').catch((error: Error) => error.message)).resolves.toMatch(/null bytes/);
  });
});

test('the first line that says something is taken', () => {
  expect(firstLine('\n  \n  WARNING: x\nmore\n')).toBe('  WARNING: x');
  expect(firstLine('')).toBe('ended without a word');
  expect(firstLine('\n \n')).toBe('ended without a word');
});
