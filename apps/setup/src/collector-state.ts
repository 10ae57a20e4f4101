import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectorIdentity } from '@silt/services';
import { z } from 'zod';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

const IDENTITY_FILE = 'identity.json';
const TOKEN_FILE = 'enrolment-token';
/** What a collector wrote that this server does not know; it enrols anew only where it has no identity. */
const UNKNOWN_IDENTITY_FILE = 'identity-unknown-to-server.json';

const identitySchema = z.object({ hostId: z.uuid(), key: z.uuid() });

/** Null when there is none, or it is not one: the collector enrols then. */
export async function readCollectorIdentity(state: string): Promise<CollectorIdentity | null> {
  const text = await readSecretFile(join(state, IDENTITY_FILE));
  if (text === null) return null;
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Lets the collector of this machine enrol at its next start; an identity that this server does not know is set aside. */
export async function handOverToken(state: string, token: string): Promise<void> {
  await writeSecretFile(join(state, TOKEN_FILE), `${token}\n`);
  try {
    await rename(join(state, IDENTITY_FILE), join(state, UNKNOWN_IDENTITY_FILE));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
