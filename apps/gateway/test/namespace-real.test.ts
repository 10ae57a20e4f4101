import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolmentCommands } from '../../../packages/services/src/collectors/enrolment-commands.ts';
import {
  findProgram,
  InstallingHost,
  type InstallServer,
  isRoot,
  startInstallServer,
  succeeds,
} from './installing-host.ts';
import { KEY_PIN, PIN, ROOT } from './listening-gateway.ts';

const TOKEN = `silt-enrol-${'a1B2'.repeat(10)}xyz`;
/** A network of its own in what RFC 2544 keeps for tests, so that no route of this machine is in the way. */
const [SERVER, HOST] = ['198.18.48.1', '198.18.48.2'];
const [NAMESPACE, OUTSIDE, INSIDE] = [`silt-${process.pid}`, `silt-o${process.pid}`, `silt-i${process.pid}`];
const TIMEOUT_MILLISECONDS = 60_000;

const ip = findProgram('ip') ?? '';
const canMakeNetworks = isRoot && ip !== '' && trialNamespace();

function trialNamespace(): boolean {
  const name = `silt-trial-${process.pid}`;
  return succeeds(ip, ['netns', 'add', name]) && succeeds(ip, ['netns', 'del', name]);
}

/** Says what comes first of a WebSocket whose server has the fingerprint, or why none comes. */
const FIRST_WORD = `
import { WebSocket } from 'ws';
const [url, pin] = process.argv.slice(1);
const socket = new WebSocket(url, 'silt.v1', { rejectUnauthorized: false });
const end = (word) => { console.log(word); process.exit(); };
socket.on('upgrade', ({ socket: stream }) => {
  const found = stream.getPeerCertificate?.().fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
  if (found !== pin) end('another certificate');
});
socket.on('message', (data) => end(JSON.parse(data).type));
socket.on('unexpected-response', async (_, response) => {
  let text = '';
  for await (const chunk of response) text += chunk;
  end(response.statusCode + ' ' + text.trim());
});
socket.on('error', (error) => end(error.code ?? error.message));
`;

const script = ({ collectorUrl }: InstallServer): string =>
  collectorUrl.replace(/^ws/, 'http').replace(/collect$/, 'collector/install.sh');

// Takes root, iproute2 and a kernel that lets this machine make network namespaces.
describe.skipIf(!canMakeNetworks)('from another network', { timeout: TIMEOUT_MILLISECONDS }, () => {
  let tls: InstallServer;
  let plain: InstallServer;
  let host: InstallingHost;

  beforeAll(async () => {
    const run = (...args: string[]) => execFileSync(ip, args);
    run('netns', 'add', NAMESPACE);
    run('link', 'add', OUTSIDE, 'type', 'veth', 'peer', 'name', INSIDE, 'netns', NAMESPACE);
    run('address', 'add', `${SERVER}/30`, 'dev', OUTSIDE);
    run('link', 'set', OUTSIDE, 'up');
    run('-n', NAMESPACE, 'address', 'add', `${HOST}/30`, 'dev', INSIDE);
    run('-n', NAMESPACE, 'link', 'set', INSIDE, 'up');
    tls = await startInstallServer(SERVER);
    plain = await startInstallServer(SERVER, { tls: false });
    host = new InstallingHost(['curl', 'node'], [ip, 'netns', 'exec', NAMESPACE]);
  }, TIMEOUT_MILLISECONDS);
  afterAll(async () => {
    host?.remove();
    await tls?.stop();
    await plain?.stop();
    execFileSync(ip, ['netns', 'del', NAMESPACE]);
  });

  async function firstWord(url: string, pin: string): Promise<string> {
    const line = `cd '${ROOT}/apps/gateway' && exec node --input-type=module -e "$PROGRAM" '${url}' '${pin}'`;
    const { said } = await host.run(line, { PROGRAM: FIRST_WORD });
    return said.trim();
  }

  test('there is no way to anything but the server', async () => {
    const { said, code } = await host.run('curl -sS --connect-timeout 2 http://192.0.2.1/');
    expect(code).not.toBe(0);
    expect(said).toMatch(/connect/i);
  });

  test('plain ws is refused, and so is the hand-out in plain', async () => {
    expect(await firstWord(plain.collectorUrl, '')).toBe(
      '426 Plain ws:// and http:// are for loopback alone; use wss://.',
    );
    const { said } = await host.run(`curl -sS '${script(plain)}'`);
    expect(said).toBe('Plain ws:// and http:// are for loopback alone; use wss://.\n');
  });

  test('a peer does not become one of loopback by a header', async () => {
    const { said } = await host.run(
      `curl -sS -H 'X-Forwarded-For: 127.0.0.1' -H 'X-Forwarded-Proto: https' '${script(plain)}'`,
    );
    expect(said).toBe(`The proxy at ${HOST} is not trusted; start Silt with --trust-proxy ${HOST}.\n`);
  });

  test('wss with the pin is greeted, and another certificate is noticed', async () => {
    expect(await firstWord(tls.collectorUrl, PIN)).toBe('challenge');
    expect(await firstWord(tls.collectorUrl, '0'.repeat(64))).toBe('another certificate');
  });

  test('the line for a host installs the collector, with Node, from the server alone', async () => {
    const bare = new InstallingHost(['curl'], [ip, 'netns', 'exec', NAMESPACE]);
    const line = enrolmentCommands({ collectorUrl: tls.collectorUrl, pin: PIN, keyPin: KEY_PIN, token: TOKEN });
    const { code, said } = await bare.run(line.host);
    expect(said).toContain('Fetching Node');
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(`${bare.root}/var/lib/silt-collector/identity.json`, 'utf8'))).toEqual({
      ...{ token: TOKEN, url: tls.collectorUrl, pin: PIN },
    });
    expect(existsSync(`${bare.root}/usr/local/lib/silt/node`)).toBe(true);
    bare.remove();
  });
});
