import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'silt-enrol-';
const TOKEN_BYTES = 32;

/** `silt-enrol-` and 256 random bits, base64url. */
export const createEnrolmentToken = (): string => PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');

/** sha256 of the whole text; enough without salt or stretching, because the token is 256 random bits. */
export const hashEnrolmentToken = (token: string): Buffer => createHash('sha256').update(token).digest();
