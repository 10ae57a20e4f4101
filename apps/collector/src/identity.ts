import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@silt/wire/client';
import * as z from 'zod/mini';
import { CollectorError, EXIT_SETTINGS } from './collector-error.ts';

const IDENTITY_FILE = 'identity.json';
/** The key of an enrolment that is under way. */
const PENDING_FILE = 'enrolment.json';
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

const keyPairSchema = z.object({ publicKey: z.string(), privateKey: z.string() });
const identitySchema = z.object({
  url: z.string(),
  pin: z.nullable(z.string()),
  hostId: z.string(),
  key: z.string(),
  privateKey: z.string(),
  /** When the key was made, ISO 8601 UTC. */
  createdAt: z.iso.datetime(),
  /** A key that the server may have and may not have; null = none is to replace the one in use. */
  next: z.nullable(z.extend(keyPairSchema, { createdAt: z.iso.datetime() })),
  /** The spool's stream is of before the enrolment, maybe as another host: a new one is to begin. */
  renewStream: z.boolean(),
});

/** Who this host is to its server; the file holds the private key. */
export type Identity = z.infer<typeof identitySchema>;
export type StoredKeyPair = z.infer<typeof keyPairSchema>;

/** null = this host is not enrolled. Throws CollectorError for a file that is no identity. */
export const readIdentity = (stateFolder: string): Promise<Identity | null> =>
  readState(stateFolder, IDENTITY_FILE, identitySchema);

/** Lasts when it returns; a crash leaves the old one or the new one. */
export const writeIdentity = (stateFolder: string, identity: Identity): Promise<void> =>
  writeState(stateFolder, IDENTITY_FILE, identity);

/** The key that an earlier attempt to enrol may have registered; null = there was none. */
export const readPendingKey = (stateFolder: string): Promise<StoredKeyPair | null> =>
  readState(stateFolder, PENDING_FILE, z.nullable(keyPairSchema));

/** null = the enrolment is done. */
export const writePendingKey = (stateFolder: string, keyPair: StoredKeyPair | null): Promise<void> =>
  writeState(stateFolder, PENDING_FILE, keyPair);

async function readState<Value>(folder: string, file: string, schema: z.ZodMiniType<Value>): Promise<Value | null> {
  const path = join(folder, file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(path, 'read', error);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CollectorError(`${path} is damaged; move it away, and enrol this host again.`, EXIT_SETTINGS);
  }
}

async function writeState(folder: string, file: string, value: unknown): Promise<void> {
  const path = join(folder, file);
  const draft = `${path}.draft`;
  try {
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
    const handle = await open(draft, 'w', OWNER_ONLY_FILE);
    try {
      await handle.chmod(OWNER_ONLY_FILE);
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    await syncFolder(folder);
  } catch (error) {
    throw unusable(path, 'written', error);
  }
}

function unusable(path: string, deed: string, error: unknown): CollectorError {
  const why = error instanceof Error ? error.message : String(error);
  return new CollectorError(
    `${path} cannot be ${deed}: ${why}. Name a folder that can be with --state.`,
    EXIT_SETTINGS,
  );
}
