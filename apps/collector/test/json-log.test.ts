import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const JSON_LOG = import.meta.resolve('../src/json-log.ts');
const RUNTIME = import.meta.resolve('../../../packages/runtime/src/index.ts');

/** Lines on stderr of a process that does this with `log`, in the one form and in that of the other programs. */
async function linesOf(form: 'collector' | 'others', act: string, env: Record<string, string> = {}): Promise<string[]> {
  const make =
    form === 'collector'
      ? `import { createJsonLog } from '${JSON_LOG}'; const log = createJsonLog('x');`
      : `import { createLogger } from '${RUNTIME}'; const log = createLogger('x');`;
  const args = ['--input-type=module', '--eval', `${make} ${act}`];
  const { stderr } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH, ...env } });
  return stderr.split('\n').filter((line) => line !== '');
}

const shape = (line: string) =>
  Object.entries(JSON.parse(line)).map(([key, value]) => [key, ['time', 'pid'].includes(key) ? typeof value : value]);

test('a line of the collector has the keys, their order and the values of a line of the other programs', async () => {
  const act = `
    log.info({ a: 'ü "quoted"', b: [1, null], c: undefined }, 'told');
    log.warn({}, 'a\\nline');
    log.error({ n: 1 }, 'bad');`;
  const [own, others] = await Promise.all([linesOf('collector', act), linesOf('others', act)]);
  expect(own.map(shape)).toEqual(others.map(shape));
  expect(own).toHaveLength(3);
  expect(JSON.parse(own[0] ?? '').time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('an error in a line is told with its stack', async () => {
  const [line] = await linesOf('collector', "log.error({ error: new TypeError('no') }, 'bad');");
  expect(JSON.parse(line ?? '').error).toEqual({
    ...{ type: 'TypeError', message: 'no' },
    stack: expect.stringContaining('TypeError: no'),
  });
});

test.each([
  ['error', ['error']],
  ['warn', ['warn', 'error']],
  ['loud', ['info', 'warn', 'error']],
  ['trace', ['info', 'warn', 'error']],
  ['silent', []],
])('with LOG_LEVEL %s these are told: %j', async (level, told) => {
  const act = "for (const level of ['info', 'warn', 'error']) log[level]({}, level);";
  const lines = await linesOf('collector', act, { LOG_LEVEL: level });
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(told);
});
