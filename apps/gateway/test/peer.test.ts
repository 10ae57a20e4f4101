import { describe, expect, test } from 'vitest';
import { type Arrival, parseNetworks, plainRefusal, readPeer } from '../src/peer.ts';
import { ownOrigins } from '../src/server-origin.ts';

const TRUSTED = parseNetworks(['10.0.0.0/8', 'fd00::/8', '127.0.0.1']);
const NOBODY = parseNetworks([]);
const from = (remoteAddress: string, headers: Arrival['headers'] = {}, encrypted = false): Arrival => ({
  ...{ remoteAddress, headers, encrypted },
});
const forwarded = (hops: string, protocol = 'https') => ({ 'x-forwarded-for': hops, 'x-forwarded-proto': protocol });

describe('the address of a peer', () => {
  test.each([
    ['its own without a proxy', from('203.0.113.9'), '203.0.113.9'],
    ['its own when a stranger claims to forward', from('203.0.113.9', forwarded('198.51.100.7')), '203.0.113.9'],
    ['what a trusted proxy says', from('10.0.0.5', forwarded('198.51.100.7')), '198.51.100.7'],
    [
      'the last untrusted hop, whatever it says',
      from('10.0.0.5', forwarded('127.0.0.1, 198.51.100.7')),
      '198.51.100.7',
    ],
    ['the one before a second trusted proxy', from('10.0.0.5', forwarded('198.51.100.7, 10.9.9.9')), '198.51.100.7'],
    ['IPv4 in IPv6 clothes', from('::ffff:10.0.0.5', forwarded('198.51.100.7')), '198.51.100.7'],
    ['with a port', from('10.0.0.5', forwarded('198.51.100.7:5123')), '198.51.100.7'],
    ['IPv6 with brackets', from('fd00::1', forwarded('[2001:db8::7]:80')), '2001:db8::7'],
    ['the proxy where what it says is no address', from('10.0.0.5', forwarded('<script>')), '10.0.0.5'],
    ['the proxy where it says nothing', from('10.0.0.5', forwarded('')), '10.0.0.5'],
    ['unknown of a socket that is gone', { remoteAddress: undefined, encrypted: false, headers: {} }, 'unknown'],
  ])('%s', (_, arrival, address) => {
    expect(readPeer(arrival, TRUSTED).address).toBe(address);
  });

  test('is that of a hop of many, and no more than the last ones are looked at', () => {
    const hops = `198.51.100.7${', 10.1.1.1'.repeat(5_000)}`;
    expect(readPeer(from('10.0.0.5', forwarded(hops)), TRUSTED).address).toBe('10.1.1.1');
  });
});

describe('plain text', () => {
  test.each([
    ['over loopback', from('127.0.0.1'), NOBODY],
    ['over loopback of IPv6', from('::1'), NOBODY],
    ['by TLS from anywhere', from('203.0.113.9', {}, true), NOBODY],
    ['through a trusted proxy that was reached by TLS', from('10.0.0.5', forwarded('198.51.100.7')), TRUSTED],
    ['through a trusted proxy that says wss', from('10.0.0.5', forwarded('198.51.100.7', 'WSS')), TRUSTED],
  ])('is taken %s', (_, arrival, trusted) => {
    expect(plainRefusal(arrival, trusted)).toBeNull();
  });

  test.each([
    ['from elsewhere', from('203.0.113.9'), /^426 .*wss:\/\//],
    ['from a trusted network, without a proxy', from('10.0.0.5'), /^426/],
    ['from elsewhere with headers of a proxy', from('203.0.113.9', forwarded('127.0.0.1')), /^403 .*--trust-proxy 203/],
    ['through a proxy that plain http reached', from('10.0.0.5', forwarded('1.2.3.4', 'http')), /^403 .*https/],
    ['where a client says https and the proxy http', from('10.0.0.5', forwarded('1.2.3.4', 'https, http')), /^403/],
    ['through a proxy that does not say', from('10.0.0.5', { 'x-forwarded-for': '1.2.3.4' }), /^403/],
    ['from nowhere', { remoteAddress: undefined, encrypted: false, headers: {} }, /^426/],
  ])('is refused %s', (_, arrival, said) => {
    const refusal = plainRefusal(arrival, TRUSTED);
    expect(`${refusal?.status} ${refusal?.sentence}`).toMatch(said);
  });

  test.each(['x-forwarded-for', 'x-real-ip', 'via', 'forwarded', 'x-forwarded-host'])(
    'is refused through a proxy on this machine that is not trusted and shows itself by %s',
    (header) => {
      expect(plainRefusal(from('127.0.0.1', { [header]: 'x' }), NOBODY)?.status).toBe('403 Forbidden');
    },
  );
});

test.each(['10.0.0.0/33', 'proxy.example', '10.0.0.0/8/8', '', '::/129', '10.0.0.0/'])(
  'the network %j is refused by name',
  (text) => {
    expect(() => parseNetworks([text])).toThrow(`"${text}"`);
  },
);

describe('the server that a collector signed for', () => {
  const LOCAL = { address: '127.0.0.1', loopback: true, proxied: false };
  const REMOTE = { address: '203.0.113.9', loopback: false, proxied: false };
  const PROXIED = { address: '127.0.0.1', loopback: true, proxied: true };
  const plain = ownOrigins({
    ...{ collectorUrl: 'wss://silt.example/collect', host: '0.0.0.0', port: 4301, encrypted: false },
  });
  const tls = ownOrigins({
    ...{ collectorUrl: 'wss://silt.example:4301/collect', host: '192.0.2.1', port: 4301, encrypted: true },
  });
  const tunnel = ownOrigins({
    ...{ collectorUrl: 'ws://127.0.0.1:5301/collect', host: '127.0.0.1', port: 4301, encrypted: false },
  });
  const alone = ownOrigins({
    ...{ collectorUrl: 'ws://127.0.0.1:4301/collect', host: '127.0.0.1', port: 4301, encrypted: false },
  });

  test.each([
    ['its public address', plain, 'wss://silt.example', REMOTE],
    ['loopback, of a peer on this machine', plain, 'ws://127.0.0.1:4301', LOCAL],
    ['another port of loopback, as it is told', tunnel, 'ws://127.0.0.1:5301', LOCAL],
    ['loopback by name', alone, 'ws://localhost:4301', LOCAL],
    ['loopback of IPv6', alone, 'ws://[::1]:4301', LOCAL],
    ['the address that it listens on, by TLS', tls, 'wss://192.0.2.1:4301', REMOTE],
    ['loopback by TLS', tls, 'wss://127.0.0.1:4301', LOCAL],
  ])('is taken when it is %s', (_, accepts, origin, peer) => {
    expect(accepts(origin, peer)).toBe(true);
  });

  test.each([
    ['another server', plain, 'wss://evil.example', REMOTE],
    ['loopback, of a peer elsewhere', plain, 'ws://127.0.0.1:4301', REMOTE],
    ['loopback, through a proxy', plain, 'ws://127.0.0.1:4301', PROXIED],
    ['loopback as configured, of a peer elsewhere', alone, 'ws://127.0.0.1:4301', REMOTE],
    ['another port of loopback as it is told, through a proxy', tunnel, 'ws://127.0.0.1:5301', PROXIED],
    ['another port of loopback', plain, 'ws://127.0.0.1:4999', LOCAL],
    ['plain where there is TLS', tls, 'ws://127.0.0.1:4301', LOCAL],
    ['its public address in plain', plain, 'ws://silt.example', REMOTE],
    ['no origin', plain, 'silt.example', LOCAL],
    ['an address with a path', plain, 'wss://silt.example/collect', REMOTE],
    ['one that only begins like it', plain, 'wss://silt.example.evil.example', REMOTE],
  ])('is not taken when it is %s', (_, accepts, origin, peer) => {
    expect(accepts(origin, peer)).toBe(false);
  });
});
