import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EXIT_CONFIGURATION, EXIT_FAILURE, environmentProblems, readEnvironment } from '../src/index.ts';
import { runProgram } from './run-program.ts';

describe('the environment', () => {
  const schema = z.object({ URL: z.url(), PORT: z.coerce.number().int().max(65_535).default(4301) });

  test('comes out typed, with defaults, and an empty variable counts as unset', () => {
    expect(readEnvironment(schema, { URL: 'http://a.example', PORT: '' })).toEqual({
      URL: 'http://a.example',
      PORT: 4301,
    });
  });

  test('each wrong variable gets one sentence that names it and never shows its value', () => {
    const environment = { PORT: 'secret-99999' };
    const { error } = schema.safeParse(environment);
    const sentences = error ? environmentProblems(error, environment) : [];
    expect(sentences).toEqual([
      'URL is not set, and is needed.',
      expect.stringMatching(/^PORT is wrong: .*expected number.*\.$/),
    ]);
    expect(sentences.join()).not.toContain('secret');
  });

  test('a program without what it needs says so and ends with its code', async () => {
    const { end } = runProgram(`
      import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
      runtime.readEnvironment(z.object({ SILT_A: z.string(), SILT_B: z.string() }), process.env);`);
    expect(await end).toEqual({
      code: EXIT_CONFIGURATION,
      stderr: 'SILT_A is not set, and is needed.\nSILT_B is not set, and is needed.\n',
    });
  });
});

describe('the log', () => {
  const log = "const log = runtime.createLogger('x'); log.debug({ a: 1 }, 'quiet'); log.info({ a: 2 }, 'told');";
  const program = (env: Record<string, string>) => runProgram(`${log} process.disconnect();`, env).end;

  test('is a line of JSON a message on stderr, from info on', async () => {
    const lines = (await program({})).stderr.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ name: 'x', level: 30, a: 2, msg: 'told' }]);
  });

  test('has the level of LOG_LEVEL, and info when that is none', async () => {
    expect((await program({ LOG_LEVEL: 'debug' })).stderr.trim().split('\n')).toHaveLength(2);
    expect((await program({ LOG_LEVEL: 'silent' })).stderr).toBe('');
    expect((await program({ LOG_LEVEL: 'loud' })).stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a shutdown', () => {
  const program = (handler: string, deadlineMilliseconds = 30_000) =>
    runProgram(`
      runtime.onShutdown(${handler}, { deadlineMilliseconds: ${deadlineMilliseconds} });
      setInterval(() => {}, 60_000);
      process.send('ready');`);
  const NOTE = "async (reason) => { process.stderr.write(reason + ' '); }";

  test.for(['SIGTERM', 'SIGINT'] as const)('at %s runs the handler and ends with 0', async (signal) => {
    const { child, message, end } = program(NOTE);
    await message();
    child.kill(signal);
    expect(await end).toEqual({ code: 0, stderr: `${signal} ` });
  });

  test('comes when the parent is gone', async () => {
    const { child, message, end } = program(NOTE);
    await message();
    child.disconnect();
    expect(await end).toEqual({ code: 0, stderr: 'disconnect ' });
  });

  test('runs once however often it is asked for', async () => {
    const { child, message, end } = program(
      "async () => { process.stderr.write('once '); process.send('begun'); await new Promise((done) => process.once('message', done)); }",
    );
    await message();
    child.kill('SIGTERM');
    await message();
    child.kill('SIGTERM');
    child.kill('SIGINT');
    child.send('go on');
    expect(await end).toEqual({ code: 0, stderr: 'once ' });
  });

  test('that fails ends with a code and the reason', async () => {
    const { child, message, end } = program("async () => { throw new Error('no way'); }");
    await message();
    child.kill('SIGTERM');
    expect(await end).toEqual({ code: EXIT_FAILURE, stderr: 'Ending failed: no way\n' });
  });

  test('that takes longer than its deadline is cut off', async () => {
    const { child, message, end } = program('() => new Promise(() => {})', 50);
    await message();
    child.kill('SIGTERM');
    expect(await end).toEqual({
      code: EXIT_FAILURE,
      stderr: 'Not ended in order within 50 ms after SIGTERM.\n',
    });
  });
});
