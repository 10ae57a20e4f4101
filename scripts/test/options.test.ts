import { describe, expect, test } from 'vitest';
import { parseOptions } from '../lib/options.mjs';

const TLS = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
const addresses = (args: string[]) => {
  const { publicUrl, collectorUrl } = parseOptions(args, {});
  return [publicUrl, collectorUrl];
};

describe('the addresses that people and hosts are told', () => {
  test.each([
    ['this machine alone', [], 'http://localhost:4300', 'ws://127.0.0.1:4301/collect'],
    ['other ports', ['--port', '80', '--gateway-port', '81'], 'http://localhost', 'ws://127.0.0.1:81/collect'],
    ['loopback of IPv6', ['--host', '::1'], 'http://localhost:4300', 'ws://127.0.0.1:4301/collect'],
    [
      'own TLS',
      [...TLS, '--host', '0.0.0.0', '--public-url', 'https://silt.example'],
      ...['https://silt.example', 'wss://silt.example:4301/collect'],
    ],
    [
      'own TLS on an address',
      [...TLS, '--host', '192.0.2.1'],
      ...['https://192.0.2.1:4300', 'wss://192.0.2.1:4301/collect'],
    ],
    [
      'own TLS on one of IPv6',
      [...TLS, '--host', '2001:db8::1'],
      'https://[2001:db8::1]:4300',
      'wss://[2001:db8::1]:4301/collect',
    ],
    [
      'own TLS on the port of https',
      [...TLS, '--gateway-port', '443', '--public-url', 'https://silt.example:8443/'],
      ...['https://silt.example:8443', 'wss://silt.example/collect'],
    ],
    [
      'a proxy',
      ['--trust-proxy', '10.0.0.5', '--public-url', 'https://silt.example:8443'],
      ...['https://silt.example:8443', 'wss://silt.example:8443/collect'],
    ],
    [
      'a proxy with another way for collectors',
      ['--trust-proxy', '::1', '--public-url', 'https://a.example', '--collector-url', 'wss://b.example/silt/collect'],
      ...['https://a.example', 'wss://b.example/silt/collect'],
    ],
    [
      'a published port of a container',
      ['--host', '0.0.0.0', '--trust-proxy', '172.31.43.1'],
      ...['http://localhost:4300', 'ws://127.0.0.1:4301/collect'],
    ],
  ])('%s', (_, args, publicUrl, collectorUrl) => {
    expect(addresses(args)).toEqual([publicUrl, collectorUrl]);
  });

  test('the trusted proxies are taken one by one', () => {
    expect(parseOptions(['--trust-proxy', '10.0.0.0/8, fd00::/8,127.0.0.1'], {}).trustedProxies).toEqual([
      ...['10.0.0.0/8', 'fd00::/8', '127.0.0.1'],
    ]);
  });
});

describe('one sentence says what to do instead', () => {
  test.each([
    ['off loopback in plain', ['--host', '0.0.0.0'], /^--host 0\.0\.0\.0 .*--tls-cert and --tls-key, or --trust-proxy/],
    ['off loopback of IPv6', ['--host', '::'], /^--host :: would send passwords/],
    ['a certificate without its key', ['--tls-cert', 'x'], /^--tls-cert needs --tls-key/],
    ['a key without its certificate', ['--tls-key', 'x'], /^--tls-key needs --tls-cert/],
    ['https that nobody speaks', ['--public-url', 'https://silt.example'], /needs --tls-cert .* or --trust-proxy/],
    ['http with TLS', [...TLS, '--public-url', 'http://silt.example'], /the address is https:\/\/silt\.example; set/],
    [
      'http behind a proxy',
      ['--trust-proxy', '10.0.0.5', '--public-url', 'http://silt.example'],
      /unencrypted; it must begin with https/,
    ],
    ['an address with a path', [...TLS, '--public-url', 'https://silt.example/silt'], /^--public-url must look like/],
    [
      'an address with a password',
      [...TLS, '--public-url', 'https://u:p@silt.example'],
      /^--public-url must look like/,
    ],
    ['no address', [...TLS, '--public-url', 'silt.example'], /^--public-url must look like/],
    ['a name as proxy', ['--trust-proxy', 'proxy.example'], /^--trust-proxy: "proxy\.example" is no address/],
    ['no proxy', ['--trust-proxy', ''], /^--trust-proxy: "" is no address/],
    ['a network too narrow', ['--trust-proxy', '10.0.0.0/33'], /"10\.0\.0\.0\/33" is no address or network/],
    ['collectors in plain', [...TLS, '--collector-url', 'ws://silt.example/collect'], /it must begin with wss/],
    ['collectors by TLS that nobody ends', ['--collector-url', 'wss://silt.example/collect'], /needs --tls-cert/],
    ['another path', [...TLS, '--collector-url', 'wss://silt.example/other'], /must look like wss:.*\/collect/],
    ['a command as address', [...TLS, '--collector-url', "wss://a/';x;'/collect"], /must look like/],
  ])('%s', (_, args, sentence) => {
    expect(() => parseOptions(args, {})).toThrow(sentence);
  });
});
