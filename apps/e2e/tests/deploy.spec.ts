import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { environmentSchema } from '../../collector/src/env.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOCKERFILES = ['deploy/server.Dockerfile', 'deploy/collector.Dockerfile'];
/** Of the image `postgres`, by its own documentation. */
const POSTGRES_VARIABLES = ['POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD'];

interface Service {
  environment?: Record<string, string>;
  ports?: string[];
  build?: { context: string; dockerfile: string };
  command?: string[];
  depends_on?: Record<string, unknown>;
}

const read = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8');
const { services } = parse(read('docker-compose.yml')) as { services: Record<string, Service> };

async function startOptions(args: string[]) {
  const { ENVIRONMENT, parseOptions } = await import('../../../scripts/lib/options.mjs');
  return { ENVIRONMENT, options: parseOptions(args, {}) };
}

function instructions(dockerfile: string, word: string): string[] {
  const lines = read(dockerfile).split('\n');
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

test('the image alone refuses to listen off loopback in plain, and says what to give it', async () => {
  const [entry = ''] = instructions('deploy/server.Dockerfile', 'ENTRYPOINT');
  await expect(startOptions(JSON.parse(entry).slice(2))).rejects.toThrow(/--tls-cert and --tls-key, or --trust-proxy/);
});

test('the server trusts the gateway of its own network, through which the published ports are reached', async () => {
  const command = services.server?.command ?? [];
  const { networks } = parse(read('docker-compose.yml'));
  const [{ gateway }] = networks.default.ipam.config;
  expect(command).toEqual(['--trust-proxy', gateway]);
});

for (const dockerfile of DOCKERFILES) {
  test(`every path that ${dockerfile} copies is there`, () => {
    const copies = instructions(dockerfile, 'COPY').map((line) => line.split(/\s+/));
    expect(copies.length).toBeGreaterThan(3);
    const sources = copies.flatMap((words) => words.filter((word) => !word.startsWith('--')).slice(0, -1));
    const missing = sources.filter((path) => !existsSync(`${ROOT}/${path.replace(/^\/silt\//, '')}`));
    expect(missing).toEqual([]);
  });
}

test('compose builds from files that are there and names services that are there', () => {
  for (const { build, depends_on: needs = {} } of Object.values(services)) {
    if (build) expect(DOCKERFILES).toContain(build.dockerfile);
    for (const name of Object.keys(needs)) expect(Object.keys(services)).toContain(name);
  }
});

test('every variable of compose is one that its program reads', async () => {
  const { ENVIRONMENT } = await startOptions([]);
  const known: Record<string, string[]> = {
    postgres: POSTGRES_VARIABLES,
    server: Object.keys(ENVIRONMENT),
    collector: Object.keys(environmentSchema.shape),
  };
  for (const [name, { environment = {} }] of Object.entries(services)) {
    expect(Object.keys(environment).filter((variable) => !known[name]?.includes(variable))).toEqual([]);
  }
});

test('the server’s ports are the defaults of its program, and its options are taken', async () => {
  const [entry = ''] = instructions('deploy/server.Dockerfile', 'ENTRYPOINT');
  const command = services.server?.command ?? [];
  const { options } = await startOptions([...JSON.parse(entry).slice(2), ...command]);
  expect(options).toMatchObject({ prebuilt: true, collector: false, dataFolder: '/data', host: '0.0.0.0' });
  const [exposed = ''] = instructions('deploy/server.Dockerfile', 'EXPOSE');
  expect(exposed.split(' ')).toEqual([`${options.port}`, `${options.gatewayPort}`]);
  const published = services.server?.ports ?? [];
  expect(published.map((mapping) => mapping.split(':').at(-1))).toEqual([`${options.port}`, `${options.gatewayPort}`]);
  expect(published.every((mapping) => mapping.startsWith('127.0.0.1:'))).toBe(true);
  const gateway = new URL(services.collector?.environment?.SILT_GATEWAY_URL ?? '');
  expect(gateway.port).toBe(`${options.gatewayPort}`);
  expect(gateway.pathname).toBe('/collect');
});

test('the path of the health check answers in the running product, and so does the gateway', async ({ request }) => {
  const check = /http:\/\/127\.0\.0\.1:\d+(\/[\w/]+)/.exec(read('deploy/server.Dockerfile'))?.[1];
  expect(check).toBeDefined();
  expect((await request.get(`${process.env.SILT_E2E_ADDRESS}${check}`)).status()).toBe(200);
  const gateway = await request.get(`http://127.0.0.1:${process.env.SILT_E2E_GATEWAY_PORT}/health`);
  expect(gateway.status()).toBe(200);
  expect((await gateway.json()).collectors).toBeGreaterThan(0);
});
