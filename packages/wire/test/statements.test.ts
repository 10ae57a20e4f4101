import { expect, test } from 'vitest';
import {
  createKeyPair,
  enrolStatement,
  helloStatement,
  rotateStatement,
  signStatement,
  verifyStatement,
} from '../src/index.ts';
import { golden } from './golden-frame.ts';

const { nonce } = golden('challenge');
const publicKey = Buffer.from(golden('enrol').publicKey, 'base64url');
const { server, hostId, key, stream, signature } = golden('hello');
const hello = { server, hostId, key, stream, nonce };

test('the signatures of the golden frames are those of the key that they enrol', () => {
  expect(verifyStatement(publicKey, helloStatement(hello), signature)).toBe(true);
  const enrol = golden('enrol');
  expect(verifyStatement(publicKey, enrolStatement({ ...enrol, nonce }), enrol.signature)).toBe(true);
  const rotate = golden('rotate');
  const statement = rotateStatement({ server, hostId, key, nonce, publicKey: rotate.publicKey });
  expect(verifyStatement(publicKey, statement, rotate.signature)).toBe(true);
});

test.for(['server', 'hostId', 'key', 'stream', 'nonce'] as const)('a signature is not good for another %s', (part) => {
  const other = helloStatement({ ...hello, [part]: `${hello[part]}x` });
  expect(verifyStatement(publicKey, other, signature)).toBe(false);
});

test('a signature is not good for another purpose, nor of another key', () => {
  const pair = createKeyPair();
  const parts = { server: 'a', nonce: 'n', publicKey: 'p', hostId: 'h', key: 'k', stream: 's' };
  const signed = signStatement(pair.privateKey, helloStatement(parts));
  const mine = Buffer.from(pair.publicKey, 'base64url');
  expect(verifyStatement(mine, helloStatement(parts), signed)).toBe(true);
  expect(verifyStatement(mine, rotateStatement(parts), signed)).toBe(false);
  expect(verifyStatement(mine, enrolStatement(parts), signed)).toBe(false);
  expect(verifyStatement(publicKey, helloStatement(parts), signed)).toBe(false);
});

test('no two statements are the same bytes: a line break in a part is an error', () => {
  expect(() => helloStatement({ ...hello, stream: 'a\nb' })).toThrow(/line break/);
});

test.for([
  ['a key of another length', Buffer.alloc(31), signature],
  ['an empty key', Buffer.alloc(0), signature],
  ['an empty signature', publicKey, ''],
  ['a signature of another length', publicKey, 'AAAA'],
] as const)('%s is not good, and no error', ([, bytes, given]) => {
  expect(verifyStatement(bytes, helloStatement(hello), given)).toBe(false);
});
