import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EnrolmentRequest, enrolmentCommands } from '../../src/collectors/enrolment-commands.ts';

const TOKEN = `silt-enrol-${'aB3_-'.repeat(8)}xyz`;
const PIN = '0123456789abcdef'.repeat(4);
const KEY_PIN = `${'A+/z'.repeat(10)}BCD=`;
const REQUEST: EnrolmentRequest = {
  collectorUrl: 'wss://silt.example:4301/collect',
  pin: null,
  keyPin: null,
  token: TOKEN,
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/silt-commands-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line with stand-ins that write what they are given; gives each program's arguments and its stdin. */
function runLine(line: string, programs: string[]): Record<string, { args: string[]; input: string }> {
  for (const name of programs) {
    const file = `'${folder}/${name}`;
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >>${file}.args'\ncat >>${file}.in'\necho 'from ${name}'\n`;
    writeFileSync(`${folder}/${name}`, script, { mode: 0o755 });
  }
  const PATH = `${folder}:${process.env.PATH}`;
  execFileSync('sh', ['-c', line], { env: { PATH }, input: '', stdio: ['pipe', 'ignore', 'inherit'] });
  const read = (path: string) => readFileSync(path, 'utf8');
  const ran = (name: string) => ({
    args: read(`${folder}/${name}.args`).split('\n'),
    input: read(`${folder}/${name}.in`),
  });
  return Object.fromEntries(programs.map((name) => [name, ran(name)]));
}

describe('the three lines', () => {
  test('are one line each, and reach nothing but the server and the image', () => {
    for (const line of Object.values(enrolmentCommands(REQUEST))) {
      expect(line).not.toContain('\n');
      const addresses: string[] = line.match(/(?:https?|wss?):\/\/[^\s'"]+/g) ?? [];
      expect(addresses.filter((url) => !url.includes('//silt.example:4301/'))).toEqual([]);
    }
  });

  test('the one for a host gives the token to the script by its stdin, so that no list of processes shows it', () => {
    const { curl, sudo } = runLine(enrolmentCommands(REQUEST).host, ['curl', 'sudo']);
    expect(curl?.args.slice(0, 2)).toEqual(['-fsS', 'https://silt.example:4301/collector/install.sh']);
    expect(sudo?.args.slice(0, 1)).toEqual(['sh']);
    expect(sudo?.input).toBe(`SILT_ENROLMENT_TOKEN=${TOKEN}\nfrom curl\n`);
  });

  test('the one for Kubernetes keeps the token in a Secret, and takes the rest from the server', () => {
    const { curl, kubectl } = runLine(enrolmentCommands(REQUEST).kubernetes, ['curl', 'kubectl']);
    expect(curl?.args).toContain('https://silt.example:4301/collector/kubernetes.yaml');
    expect(kubectl?.args.join(' ')).toContain('create secret generic silt-enrolment --from-file=token=/dev/stdin');
    expect(kubectl?.args.join(' ')).not.toContain(TOKEN);
    expect(kubectl?.input).toContain(TOKEN);
  });

  test('the one for a container asks for the least that shows leaks', () => {
    const { docker } = runLine(enrolmentCommands({ ...REQUEST, pin: PIN, keyPin: KEY_PIN }).container, ['docker']);
    const args = docker?.args ?? [];
    expect(args).not.toContain('--privileged');
    expect(args.filter((_, index) => args[index - 1] === '--cap-add')).toEqual(['SYS_PTRACE', 'DAC_READ_SEARCH']);
    expect(args).toContain(`SILT_SERVER_PIN=${PIN}`);
    expect(args).toContain('SILT_GATEWAY_URL=wss://silt.example:4301/collect');
    expect(args).toContain('/:/host:ro,rslave');
  });

  test('pin what no public authority signed: the key for curl, the certificate for Node', () => {
    const { host, container, kubernetes } = enrolmentCommands({ ...REQUEST, pin: PIN, keyPin: KEY_PIN });
    for (const line of [host, kubernetes]) expect(line).toContain(`--insecure --pinnedpubkey 'sha256//${KEY_PIN}'`);
    expect(container).toContain(PIN);
    expect(Object.values(enrolmentCommands(REQUEST)).join()).not.toContain('insecure');
  });

  test.each(['ws://127.0.0.1:4301/collect', 'wss://[2001:db8::1]/collect', 'wss://silt.example/silt/collect'])(
    'take the address %s',
    (collectorUrl) => {
      expect(() => enrolmentCommands({ ...REQUEST, collectorUrl })).not.toThrow();
    },
  );
});

describe('what could become a command in a root shell is refused', () => {
  test.each([
    "wss://silt.example/';touch x;'/collect",
    'wss://silt.example/$(touch x)/collect',
    'wss://silt.example/`touch x`/collect',
    'wss://user:pass@silt.example/collect',
    'wss://silt.example/collect\ntouch x',
    'wss://silt.example/collect\n',
    'wss://silt.example/a b/collect',
    'wss://silt.example/collect?x=1',
    'https://silt.example/collect',
    'wss://silt.example/',
    '',
  ])('the address %j', (collectorUrl) => {
    expect(() => enrolmentCommands({ ...REQUEST, collectorUrl })).toThrow(RangeError);
  });

  test.each(['', 'silt-enrol-short', `${TOKEN}'`, `${TOKEN}\n`, `$(x)${TOKEN}`])('the token %j', (token) => {
    expect(() => enrolmentCommands({ ...REQUEST, token })).toThrow(RangeError);
  });

  test.each([
    { pin: `${PIN}'`, keyPin: KEY_PIN },
    { pin: PIN, keyPin: "x'" },
    { pin: PIN, keyPin: null },
    { pin: null, keyPin: KEY_PIN },
  ])('the pins %j', (pins) => {
    expect(() => enrolmentCommands({ ...REQUEST, ...pins })).toThrow(RangeError);
  });
});

test('the container starts the collector with the flags that it is measured with', () => {
  const flags: string[] = JSON.parse(
    readFileSync(new URL('../../../../apps/collector/node-flags.json', import.meta.url), 'utf8'),
  );
  expect(enrolmentCommands(REQUEST).container).toContain(` node ${flags.join(' ')} -e `);
});
