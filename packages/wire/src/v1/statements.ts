import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { SUBPROTOCOL } from './messages/names.ts';

/** DER of PKCS #8 and of SubjectPublicKeyInfo for Ed25519 is a fixed head and the 32 bytes (RFC 8410). */
const PUBLIC_KEY_BYTES = 32;

/** Binds a new key to a token's connection. */
export interface EnrolStatement {
  server: string;
  nonce: string;
  publicKey: string;
}

/** Binds a session to the server, the host, its stream and the challenge. */
export interface HelloStatement {
  server: string;
  hostId: string;
  key: string;
  stream: string;
  nonce: string;
}

/** Binds a new key to the session of the old one. */
export interface RotateStatement {
  server: string;
  hostId: string;
  key: string;
  publicKey: string;
  nonce: string;
}

/** What is signed: lines, none of which may hold a line break, so that no two statements are the same bytes. */
function statement(purpose: string, parts: readonly string[]): Buffer {
  const lines = [SUBPROTOCOL, purpose, ...parts];
  if (lines.some((line) => line.includes('\n'))) throw new RangeError('a part of a statement holds a line break');
  return Buffer.from(lines.join('\n'));
}

export const enrolStatement = ({ server, nonce, publicKey }: EnrolStatement): Buffer =>
  statement('enrol', [server, nonce, publicKey]);

export const helloStatement = ({ server, hostId, key, stream, nonce }: HelloStatement): Buffer =>
  statement('hello', [server, hostId, key, stream, nonce]);

export const rotateStatement = ({ server, hostId, key, publicKey, nonce }: RotateStatement): Buffer =>
  statement('rotate', [server, hostId, key, publicKey, nonce]);

/** An Ed25519 key of a collector; the private part never leaves its host. */
export interface CollectorKeyPair {
  /** 32 bytes, base64url. */
  publicKey: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

export function createKeyPair(): CollectorKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'jwk' }).x as string,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}

/** Signature of the statement, base64url. Throws for what is no Ed25519 key in PEM. */
export function signStatement(privateKey: string, bytes: Buffer): string {
  return sign(null, bytes, createPrivateKey(privateKey)).toString('base64url');
}

/** @param publicKey 32 bytes. False for whatever does not fit, never an error. */
export function verifyStatement(publicKey: Buffer, bytes: Buffer, signature: string): boolean {
  const key = toKeyObject(publicKey);
  return key !== null && verify(null, bytes, key, Buffer.from(signature, 'base64url'));
}

function toKeyObject(publicKey: Buffer): KeyObject | null {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return null;
  try {
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
      format: 'jwk',
    });
  } catch {
    return null;
  }
}
