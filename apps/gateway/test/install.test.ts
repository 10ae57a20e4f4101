import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { enrolmentCommands } from '../../../packages/services/src/collectors/enrolment-commands.ts';
import { findProgram, InstallingHost, type InstallServer, startInstallServer } from './installing-host.ts';
import { ask, KEY_PIN, PIN } from './listening-gateway.ts';

const TOKEN = `silt-enrol-${'a1B2'.repeat(10)}xyz`;
const canInstall = process.platform === 'linux' && ['curl', 'wget'].every(findProgram);

let server: InstallServer;
let host: InstallingHost;

afterEach(async () => {
  host.remove();
  await server.stop();
});

async function setUp(programs: string[], options: { tls?: boolean } = {}): Promise<void> {
  server = await startInstallServer('127.0.0.1', options);
  host = new InstallingHost(programs);
}

const line = () => enrolmentCommands({ ...request(), token: TOKEN });
const request = () => {
  const pinned = server.collectorUrl.startsWith('wss:');
  return { collectorUrl: server.collectorUrl, pin: pinned ? PIN : null, keyPin: pinned ? KEY_PIN : null };
};
const baseUrl = () => server.collectorUrl.replace(/^ws/, 'http').replace(/collect$/, 'collector');
const state = () => `${host.root}/var/lib/silt-collector`;
const library = () => `${host.root}/usr/local/lib/silt`;
const identity = () => JSON.parse(readFileSync(`${state()}/identity.json`, 'utf8'));
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

// Both are on a host that Silt is installed on; scripts/setup-debian installs them for the tests.
describe.skipIf(!canInstall)('the line for a host', () => {
  test('installs the collector by pinned TLS, enrols it, and leaves the token nowhere', async () => {
    await setUp(['curl', 'node']);
    const { code, said } = await host.run(line().host);
    expect(said).toContain('There is no systemd here');
    expect(code).toBe(0);
    expect(identity()).toEqual({ token: TOKEN, url: server.collectorUrl, pin: PIN });
    expect(mode(state())).toBe('700');
    expect([library(), `${host.root}/usr/local`, `${host.root}/var/lib`].map(mode)).toEqual(['755', '755', '755']);
    expect(readdirSync(state())).toEqual(['identity.json']);
    expect(readFileSync(`${library()}/silt-collector.mjs`)).toEqual(readFileSync(server.collectorFile));
    expect(readdirSync(library()).sort()).toEqual(['node', 'silt-collector.mjs']);
    const unit = readFileSync(`${host.root}/etc/systemd/system/silt-collector.service`, 'utf8');
    expect(unit).toContain(`pushes it to ${baseUrl()}`);
    const again = await host.run(`${library()}/node ${library()}/silt-collector.mjs run --state ${state()}`);
    expect(again.said).toContain('runs with --state');
  });

  test('brings the server’s Node to a host that has none', async () => {
    await setUp(['curl']);
    const { code, said } = await host.run(line().host);
    expect(said).toContain('Fetching Node');
    expect(code).toBe(0);
    expect(readFileSync(`${library()}/node`).equals(readFileSync(process.execPath))).toBe(true);
    expect(identity().token).toBe(TOKEN);
  });

  test('brings it in place of one that is too old', async () => {
    await setUp(['curl']);
    host.putProgram('node', 'exit 1');
    expect((await host.run(line().host)).code).toBe(0);
    expect(statSync(`${library()}/node`).size).toBe(statSync(process.execPath).size);
  });

  test('can be run again: the identity stays, the collector is renewed, no token is needed', async () => {
    await setUp(['curl', 'node']);
    await host.run(line().host);
    appendFileSync(server.collectorFile, '// newer\n');
    const without = line().host.replace(/printf 'SILT[^;]*; /, '');
    const { code, said } = await host.run(without);
    expect(said).toContain('This host is enrolled already.');
    expect(code).toBe(0);
    expect(identity().token).toBe(TOKEN);
    expect(readFileSync(`${library()}/silt-collector.mjs`, 'utf8')).toContain('// newer');
  });

  test('can be run again with a token that was used: the host keeps its key, and the line says so', async () => {
    await setUp(['curl', 'node']);
    await host.run(line().host);
    const { code, said } = await host.run(line().host.replace(TOKEN, 'silt-enrol-refused'));
    expect(said).toMatch(/The token is unknown\.\nsilt: this host was enrolled before and keeps its key\./);
    expect(code).toBe(0);
    expect(identity().token).toBe(TOKEN);
    expect(readdirSync(state())).toEqual(['identity.json']);
  });

  test('uninstalls all of it', async () => {
    await setUp(['curl', 'node']);
    await host.run(line().host);
    const { body } = await ask(baseUrl(), '/collector/install.sh');
    const { code } = await host.run(`sh -s -- --uninstall <<'END'\n${body}\nEND\n`);
    expect(code).toBe(0);
    expect([state(), library()].filter(existsSync)).toEqual([]);
    expect(readdirSync(`${host.root}/etc/systemd/system`)).toEqual([]);
  });

  test('works with wget where nothing is pinned', async () => {
    await setUp(['wget', 'node'], { tls: false });
    const { body } = await ask(baseUrl(), '/collector/install.sh');
    const { code } = await host.run(`sh <<'END'\n${body}\nEND\n`, { SILT_ENROLMENT_TOKEN: TOKEN });
    expect(code).toBe(0);
    expect(identity()).toEqual({ token: TOKEN, url: server.collectorUrl, pin: null });
  });

  test('does nothing when another server answers: curl compares its key', async () => {
    await setUp(['curl', 'node']);
    const wrong = enrolmentCommands({ ...request(), keyPin: `${'A'.repeat(43)}=`, token: TOKEN }).host;
    const { said } = await host.run(wrong);
    expect(said).toMatch(/public key/);
    expect(readdirSync(host.root)).toEqual([]);
  });
});

describe.skipIf(!canInstall)('install.sh ends with a sentence', () => {
  async function install(programs: string[], change: (host: InstallingHost) => void = () => {}, token = TOKEN) {
    await setUp(programs);
    const { body } = await ask(baseUrl(), '/collector/install.sh');
    change(host);
    const ran = await host.run(`sh <<'END'\n${body}\nEND\n`, { SILT_ENROLMENT_TOKEN: token });
    return { ...ran, left: existsSync(library()) ? readdirSync(library()).filter((name) => name !== 'node') : [] };
  }

  test.each([
    ['not as root', ['curl', 'node'], 'id', 'echo 1000', /^silt: this must run as root\.$/m],
    [
      'not on Linux',
      ['curl', 'node'],
      'uname',
      'echo Darwin',
      /^silt: the collector runs on Linux; this is Darwin\.$/m,
    ],
    [
      'with wget, which cannot pin',
      ['wget', 'node'],
      'true',
      '',
      /^silt: .* only curl can check it .*install curl\.$/m,
    ],
    ['with neither', ['node'], 'true', '', /^silt: .*install curl\.$/m],
    [
      'on another architecture, without Node',
      ...([['curl'], 'uname', '[ "$1" = -m ] && echo riscv64 || echo Linux'] as const),
      /^silt: this host is riscv64, .*install Node 20\.19 or newer, then run this again\.$/m,
    ],
  ] as const)('%s', async (_, programs, name, script, sentence) => {
    const { code, said, left } = await install([...programs], (here) => here.putProgram(name, script));
    expect(said).toMatch(sentence);
    expect(code).toBe(1);
    expect(left).toEqual([]);
  });

  test('for a file that is not what the checksum says, and keeps none of it', async () => {
    const { code, said, left } = await install(['curl', 'node'], () => appendFileSync(server.collectorFile, '// evil'));
    expect(said).toMatch(/^silt: silt-collector\.mjs has the checksum \w{64} instead of \w{64}; nothing was changed/m);
    expect(code).toBe(1);
    expect(left).toEqual([]);
  });

  test('for a refused token, with the reason, and keeps the token no longer', async () => {
    const { code, said } = await install(['curl', 'node'], () => {}, 'silt-enrol-refused');
    expect(said).toMatch(/The token is unknown\.\nsilt: this host could not be enrolled/);
    expect(code).toBe(1);
    expect(readdirSync(state())).toEqual([]);
  });

  test('without a token on a new host', async () => {
    const { code, said } = await install(['curl', 'node'], () => {}, '');
    expect(said).toMatch(/^silt: there is no enrolment token; copy the line/m);
    expect(code).toBe(1);
  });

  test('with its first half alone it does nothing', async () => {
    await setUp(['curl', 'node']);
    const { body } = await ask(baseUrl(), '/collector/install.sh');
    const { said } = await host.run(`sh <<'END'\n${body.slice(0, body.lastIndexOf('main'))}\nEND\n`);
    expect(said).toBe('');
    expect(readdirSync(host.root)).toEqual([]);
  });
});

describe('a container', () => {
  /** The program of the line, with a folder of the test in place of the volume. */
  async function runProgram(pin: string | null): Promise<{ code: number | null; said: string }> {
    const { container } = enrolmentCommands({ ...request(), token: TOKEN });
    host.putProgram('docker', `while [ "$1" != node ]; do shift; done\nexec "$@"`);
    const moved = container.replaceAll('/var/lib/silt-collector/', `${host.folder}/`);
    return await host.run(moved, { SILT_GATEWAY_URL: server.collectorUrl, SILT_SERVER_PIN: pin ?? '' });
  }

  test('fetches the collector by pinned TLS and runs it, and without the server runs what it has', async () => {
    await setUp(['node']);
    expect(await runProgram(PIN)).toMatchObject({ code: 0, said: 'runs with --host-root /host\n' });
    await server.gateway.stop();
    const alone = await runProgram(PIN);
    expect(alone.said).toContain('runs with --host-root /host');
    expect(alone.said).toContain('ECONNREFUSED');
  });

  test('runs nothing of a server with another certificate', async () => {
    await setUp(['node']);
    const { code, said } = await runProgram('0'.repeat(64));
    expect(said).toBe('silt: the certificate is not the pinned one\n');
    expect(code).toBe(1);
    expect(readdirSync(host.folder)).not.toContain('silt-collector.mjs');
  });

  test('of the DaemonSet fetches it before the collector starts, and checks pin and checksum', async () => {
    await setUp(['node']);
    const { body } = await ask(baseUrl(), '/collector/kubernetes.yaml');
    const [, program = '', rest = ''] = /- -e\n {12}- \|\n((?: {14}.*\n)+)([\s\S]*)/.exec(body) ?? [];
    const variables = [
      ...rest
        .split('securityContext', 1)
        .join()
        .matchAll(/\{ name: (\w+), value: "(.*)" \}/g),
    ];
    const settings = Object.fromEntries(variables.map(([, name, value]) => [name, value]));
    expect(settings).toMatchObject({ BASE_URL: baseUrl(), PIN });
    const fetchIt = (more = {}) =>
      host.run('exec node -e "$PROGRAM"', { PROGRAM: program.replaceAll('/state', host.folder), ...settings, ...more });
    expect((await fetchIt({ PIN: '0'.repeat(64) })).said).toBe('silt: the certificate is not the pinned one\n');
    expect((await fetchIt({ SHA256: '0'.repeat(64) })).said).toMatch(/^silt: wrong checksum/);
    expect(existsSync(`${host.folder}/silt-collector.mjs`)).toBe(false);
    expect(await fetchIt()).toEqual({ code: 0, said: '' });
    expect(readFileSync(`${host.folder}/silt-collector.mjs`)).toEqual(readFileSync(server.collectorFile));
  });
});
