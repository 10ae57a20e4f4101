import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KEY_PIN, PIN } from '../../apps/gateway/test/listening-gateway.ts';
import { checkCertificate } from '../lib/certificate.mjs';

const file = (name: string) => fileURLToPath(new URL(`../../apps/gateway/test/fixtures/tls/${name}`, import.meta.url));
const pair = (name: string) => ({ certFile: file(`${name}.crt`), keyFile: file(`${name}.key`) });
const KNOWN = { names: ['silt.example'], now: new Date('2027-01-01T00:00:00Z') };

const readText = (path: string) => readFileSync(path, 'utf8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/silt-certificate-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a self-signed certificate is pinned, by itself and by its key', () => {
  expect(checkCertificate(pair('self-signed'), KNOWN)).toEqual({ pin: PIN, keyPin: KEY_PIN, isPublic: false });
});

test('a pinned certificate may name another host: nobody compares names then', () => {
  expect(checkCertificate(pair('self-signed'), { ...KNOWN, names: ['other.example'] }).pin).toBe(PIN);
});

test('a chain that only ends in a public authority’s certificate is not public', () => {
  const { certFile, keyFile } = pair('self-signed');
  const root = rootCertificates[0] ?? '';
  writeFileSync(`${folder}/chain`, `${readText(certFile)}\n${root}\n`);
  expect(checkCertificate({ certFile: `${folder}/chain`, keyFile }, KNOWN).isPublic).toBe(false);
});

describe('one sentence says what is wrong with', () => {
  test('a key of another certificate', () => {
    const files = { certFile: file('self-signed.crt'), keyFile: file('renewed.key') };
    expect(() => checkCertificate(files, KNOWN)).toThrow(/renewed\.key \(--tls-key\) is not that of the certificate/);
  });

  test('a certificate that expired', () => {
    expect(() => checkCertificate(pair('expired'), KNOWN)).toThrow(/\(--tls-cert\) expired on 2020-01-02; renew it\.$/);
  });

  test('a certificate that is not good yet', () => {
    const now = new Date('2020-01-01T00:00:00Z');
    expect(() => checkCertificate(pair('self-signed'), { ...KNOWN, now })).toThrow(/look at this machine's clock\.$/);
  });

  test.each([
    ['certFile', '/nowhere/cert.pem', /^\/nowhere\/cert\.pem \(--tls-cert\) cannot be read \(ENOENT\)\.$/],
    ['keyFile', '/nowhere/key.pem', /^\/nowhere\/key\.pem \(--tls-key\) cannot be read \(ENOENT\)\.$/],
    ['keyFile', file('self-signed.crt'), /\(--tls-key\) holds no key in PEM/],
    ['certFile', file('self-signed.key'), /\(--tls-cert\) holds no certificate in PEM\.$/],
    ['certFile', file('README.md'), /\(--tls-cert\) holds no certificate in PEM\.$/],
  ])('%s %s', (option, path, sentence) => {
    expect(() => checkCertificate({ ...pair('self-signed'), [option]: path }, KNOWN)).toThrow(sentence);
  });

  test('a certificate that is cut off', () => {
    const cut = readText(file('self-signed.crt')).replace(/[A-Za-z0-9+/]{64}\n/, '');
    writeFileSync(`${folder}/cut`, cut);
    const files = { certFile: `${folder}/cut`, keyFile: file('self-signed.key') };
    expect(() => checkCertificate(files, KNOWN)).toThrow(/holds no certificate in PEM\.$/);
  });
});
