import { createHash, randomBytes, randomUUID } from 'node:crypto';

const SECRET_BYTES = 32;
/** `silt_<key id>_<secret>`: the id finds the row, the secret (256 bits, base64url) proves the right to it. */
const FORMAT = /^silt_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([\w-]{43})$/;

/** sha256; enough without salt or stretching, because the secret itself is 256 random bits. */
const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export interface CollectorTokenParts {
  /** `collector_key.id`. */
  id: string;
  /** `collector_key.secret_hash`. */
  secretHash: Buffer;
}

/** A new key of a collector. The token is shown or written once; only the parts are kept. */
export function createCollectorToken(): CollectorTokenParts & { token: string } {
  const id = randomUUID();
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, token: `silt_${id}_${secret}`, secretHash: hashSecret(secret) };
}

/** Null for what is no token. */
export function parseCollectorToken(token: string): CollectorTokenParts | null {
  const [, id, secret] = FORMAT.exec(token) ?? [];
  return id !== undefined && secret !== undefined ? { id, secretHash: hashSecret(secret) } : null;
}
