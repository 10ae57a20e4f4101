import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configPath, writeConfig } from '../src/config.ts';
import { parseKey, parseUrl, readSettings } from '../src/settings.ts';
import { testTerminal } from './test-terminal.ts';

const KEPT = { url: 'https://silt.example', key: 'silt_key_kept' };
let home: string;
const terminal = (env: Record<string, string> = {}) => testTerminal({ home, env });

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'silt-cli-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('an address', () => {
  test.each([
    ['https://silt.example', 'https://silt.example'],
    ['https://silt.example/', 'https://silt.example'],
    ['https://silt.example:4300/below/?a=b#c', 'https://silt.example:4300/below'],
    ['http://127.0.0.1:4300', 'http://127.0.0.1:4300'],
    ['http://localhost:4300', 'http://localhost:4300'],
    ['http://[::1]:4300', 'http://[::1]:4300'],
  ])('%s is taken as %s', (text, url) => {
    expect(parseUrl(text)).toBe(url);
  });

  test.each([
    ['silt.example', /no address/],
    ['', /no address/],
    ['wss://silt.example', /no address/],
    ['file:///etc/passwd', /no address/],
    ['http://silt.example', /not sent in plain text/],
    ['http://127.0.0.1.evil.example', /not sent in plain text/],
    ['https://ada:secret@silt.example', /name and password/],
  ])('%s is refused', (text, sentence) => {
    expect(() => parseUrl(text)).toThrow(sentence);
  });
});

test.each(['', 'silt', 'ghp_x', 'silt_key_a b', 'silt_key_a\nsilt_key_b'])('“%s” is no key', (text) => {
  expect(() => parseKey(text)).toThrow(/begins with silt_key_/);
});

describe('settings', () => {
  test('are those that login kept, readable by their owner alone', async () => {
    await writeConfig(terminal(), KEPT);
    expect(await readSettings(terminal())).toEqual(KEPT);
    const path = configPath(terminal());
    expect(path).toBe(join(home, '.config/silt/config.json'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('of the environment come first', async () => {
    await writeConfig(terminal(), KEPT);
    const env = { SILT_URL: 'https://other.example', SILT_API_KEY: 'silt_key_other' };
    expect(await readSettings(terminal(env))).toEqual({ url: 'https://other.example', key: 'silt_key_other' });
    expect(await readSettings(terminal({ SILT_API_KEY: 'silt_key_other' }))).toEqual({
      ...KEPT,
      key: 'silt_key_other',
    });
  });

  test('never send the key of one server to another', async () => {
    await writeConfig(terminal(), KEPT);
    const settings = readSettings(terminal({ SILT_URL: 'https://other.example' }));
    await expect(settings).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining('no key for') });
    expect(await readSettings(terminal({ SILT_URL: `${KEPT.url}/` }))).toEqual(KEPT);
  });

  test('that nobody made are told so', async () => {
    await expect(readSettings(terminal())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('silt login'),
    });
  });

  test.each(['', '{', '[]', '{"url": 1}'])('that are damaged are told so, and stay: %s', async (text) => {
    await writeConfig(terminal(), KEPT);
    const path = configPath(terminal());
    await writeFile(path, text);
    await expect(readSettings(terminal())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(path),
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('below XDG_CONFIG_HOME are kept there', async () => {
    const env = { XDG_CONFIG_HOME: join(home, 'xdg') };
    await writeConfig(terminal(env), KEPT);
    expect(configPath(terminal(env))).toBe(join(home, 'xdg/silt/config.json'));
    expect(await readSettings(terminal(env))).toEqual(KEPT);
  });
});
