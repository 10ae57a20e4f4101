import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** The present of the fleet's scenarios. */
  anchorAt: z.iso.datetime(),
  /** By machine id; ids are those of the server, keys Ed25519: raw in base64url, and PKCS #8 in PEM. */
  keys: z.record(
    z.string(),
    z.object({ hostId: z.uuid(), key: z.uuid(), publicKey: z.string(), privateKey: z.string() }),
  ),
});
export type DemoKeys = z.infer<typeof schema>;

/** Null when there is none, or it is not one: keys are made anew then. */
export async function readKeysFile(file: string): Promise<DemoKeys | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** In one piece, readable for this user alone. */
export async function writeKeysFile(file: string, keys: DemoKeys): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, file);
}
