import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { isPlainApi, readListeners } from '../src/docker/listeners.ts';
import { fixture } from './fixture.ts';

const PORTS = { http: 23_750, raw: 23_751, closed: 23_752 };
const servers: (Server | HttpServer)[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listen = (server: Server | HttpServer, port: number, address: string): Promise<void> => {
  servers.push(server);
  return new Promise((resolve) => server.listen(port, address, resolve));
};

/** A server that says one thing to whoever comes, as Go's TLS server does to plain HTTP. */
const raw = (text: string): Server => createServer((socket) => socket.on('error', () => {}).end(text));

describe('a plain Docker API', () => {
  test.each([
    ['by the version of its API', { 'Api-Version': '1.41' }, 200, true],
    ['by its name, even where it refuses', { Server: 'Docker/20.10.24 (linux)' }, 403, true],
    ['not a metrics page of the daemon', {}, 404, false],
  ])('%s', async (_, headers, status, isPlain) => {
    await listen(
      createHttpServer((__, response) => response.writeHead(status, headers).end('OK')),
      PORTS.http,
      '127.0.0.1',
    );
    expect(await isPlainApi({ address: '127.0.0.1', port: PORTS.http })).toBe(isPlain);
    expect(await isPlainApi({ address: '0.0.0.0', port: PORTS.http })).toBe(isPlain);
  });

  test.each([
    ['TLS', 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'],
    ['a protocol of another kind', '\x00\x00\x12\x04\x00\x00\x00\x00\x00'],
  ])('not %s', async (_, text) => {
    await listen(raw(text), PORTS.raw, '127.0.0.1');
    expect(await isPlainApi({ address: '127.0.0.1', port: PORTS.raw })).toBe(false);
  });

  test('nothing can be said where nothing answers', async () => {
    expect(await isPlainApi({ address: '127.0.0.1', port: PORTS.closed })).toBeNull();
  });
});

describe('listeners of a process', () => {
  test('of this very process: the port that it listens on, and no other', async () => {
    await listen(raw(''), PORTS.raw, '127.0.0.1');
    const listeners = await readListeners('/proc/self');
    expect(listeners).toContainEqual({ address: '127.0.0.1', port: PORTS.raw, inode: expect.stringMatching(/^\d+$/) });
    expect(listeners.map(({ port }) => port)).not.toContain(PORTS.closed);
    for (const server of servers.splice(0)) server.close();
    expect((await readListeners('/proc/self')).map(({ port }) => port)).not.toContain(PORTS.raw);
  });

  test('of a table beyond all reason the start alone is read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'silt-tcp-'));
    const [head = '', row = ''] = fixture('docker-inventory/dind-tcp2375/nested-dockerd.net_tcp6').split('\n');
    const many = `${head}\n${`${row}\n`.repeat(20_000)}`;
    mkdirSync(join(folder, 'net'));
    mkdirSync(join(folder, 'fd'));
    writeFileSync(join(folder, 'net/tcp6'), many);
    expect(await readListeners(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
