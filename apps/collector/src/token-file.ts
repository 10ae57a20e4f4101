import { readFile } from 'node:fs/promises';
import { CollectorError, EXIT_SETTINGS } from './collector-error.ts';

const MAX_TOKEN_CHARACTERS = 512;

/** The token that the server made for this host; a file keeps it out of the list of processes. */
export async function readTokenFile(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError(`The token file cannot be read: ${why}.`, EXIT_SETTINGS);
  }
  const token = text.trim();
  if (token === '') throw new CollectorError(`The token file ${path} is empty.`, EXIT_SETTINGS);
  if (token.length > MAX_TOKEN_CHARACTERS || /[\s\p{C}]/u.test(token)) {
    throw new CollectorError(`The token file ${path} holds something else than one token.`, EXIT_SETTINGS);
  }
  return token;
}
