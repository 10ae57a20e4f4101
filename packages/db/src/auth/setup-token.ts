import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** 256 random bits, base64url: the one-time token of the address that the first start prints. */
export const createSetupToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** sha256; enough without salt or stretching, because the token itself is 256 random bits. */
export const hashSetupToken = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());
