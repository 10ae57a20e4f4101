import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** The present of the fleet's scenarios. */
  anchorAt: z.iso.datetime(),
  /** By machine id. */
  tokens: z.record(z.string(), z.string()),
});
export type DemoTokens = z.infer<typeof schema>;

/** Null when there is none, or it is not one: tokens are made anew then. */
export async function readTokensFile(file: string): Promise<DemoTokens | null> {
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
export async function writeTokensFile(file: string, tokens: DemoTokens): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, file);
}
