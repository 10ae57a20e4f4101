import { randomBytes } from 'node:crypto';
import { ROLES, type RolePasswords } from '@silt/db';
import { SetupError } from '@silt/services';
import { z } from 'zod';
import { createSecretFile, readSecretFile, writeSecretFile } from './secret-file.ts';

const PASSWORD_BYTES = 24;
const passwordsSchema = z.partialRecord(z.enum(ROLES), z.string().min(1));

/** Passwords of all roles; those that the file lacks are made and written to it. */
export async function ensureRolePasswords(path: string): Promise<RolePasswords> {
  const text = await readSecretFile(path);
  const known = text === null ? {} : parsePasswords(path, text);
  const passwords = Object.fromEntries(
    ROLES.map((role) => [role, known[role] ?? randomBytes(PASSWORD_BYTES).toString('base64url')]),
  ) as RolePasswords;
  if (ROLES.every((role) => known[role] !== undefined)) return passwords;
  const made = `${JSON.stringify(passwords, null, 2)}\n`;
  if (text !== null) await writeSecretFile(path, made);
  // Of two that begin at once, both go on with what the first one made.
  else if (!(await createSecretFile(path, made))) return ensureRolePasswords(path);
  return passwords;
}

function parsePasswords(path: string, text: string): Partial<RolePasswords> {
  try {
    return passwordsSchema.parse(JSON.parse(text)) as Partial<RolePasswords>;
  } catch (error) {
    throw new SetupError(
      `${path} does not hold the passwords of Silt's roles; mend it, or remove it to get new ones.`,
      {
        cause: error,
      },
    );
  }
}
