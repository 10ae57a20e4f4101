import { readFile } from 'node:fs/promises';
import { printable } from '@silt/domain';
import { errorOf, openApi } from '../api-client.ts';
import { wrongUse } from '../cli-error.ts';
import { configPath, writeConfig } from '../config.ts';
import { parseKey, parseUrl } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

/** `silt login`: looks whether the key is good, then keeps it. The key never stands in the arguments, which others see. */
export async function login(terminal: Terminal, flags: { url: string; keyFile?: string }): Promise<void> {
  const url = parseUrl(flags.url);
  const server = { url, key: parseKey(await readKey(terminal, flags.keyFile)) };
  const session = await openApi(server)
    .session.current.query()
    .catch((error: unknown) => {
      throw errorOf(error, server);
    });
  await writeConfig(terminal, server);
  const { user, organisation } = printableSession(session);
  terminal.out(`Reading ${url} as ${user}, in ${organisation}. The key is in ${configPath(terminal)}.\n`);
}

const printableSession = ({ user, organisation }: { user: { name: string }; organisation: { name: string } }) => ({
  user: printable(user.name),
  organisation: printable(organisation.name),
});

async function readKey(terminal: Terminal, file: string | undefined): Promise<string> {
  if (file !== undefined) {
    return readFile(file, 'utf8').catch((error: unknown) => {
      throw wrongUse(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    });
  }
  if (terminal.typed) terminal.err('API key (Silt → Settings → API keys): ');
  return terminal.readInput();
}
