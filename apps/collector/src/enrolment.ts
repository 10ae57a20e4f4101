import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFacts } from '@silt/domain';
import { createKeyPair } from '@silt/wire';
import { type ClientLog, ClientSettingsError, EnrolError, enrol, reconnectDelay } from '@silt/wire/client';
import { CollectorError, EXIT_FAILURE, EXIT_REFUSED, EXIT_SETTINGS } from './collector-error.ts';
import { type Identity, readPendingKey, writeIdentity, writePendingKey } from './identity.ts';

const MAX_TOKEN_CHARACTERS = 128;

export interface EnrolmentSettings {
  stateFolder: string;
  url: string;
  pin: string | null;
  token: string;
  version: string;
  facts: HostFacts;
}

/** The one-time token; a file keeps it out of the list of processes. Throws CollectorError. */
export async function readTokenFile(path: string): Promise<string> {
  try {
    return checkToken(await readFile(path, 'utf8'), `the token file ${path}`);
  } catch (error) {
    if (error instanceof CollectorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError(`The token file cannot be read: ${why}.`, EXIT_SETTINGS);
  }
}

/** `source` says where the text is from. Throws CollectorError. */
export function checkToken(text: string, source: string): string {
  const token = text.trim();
  if (token === '') throw new CollectorError(`There is nothing in ${source}.`, EXIT_SETTINGS);
  if (token.length > MAX_TOKEN_CHARACTERS || /[\s\p{C}]/u.test(token)) {
    throw new CollectorError(`There is something else than one token in ${source}.`, EXIT_SETTINGS);
  }
  return token;
}

/**
 * Makes a key, registers it, and keeps it. The key is on disk before the server hears of it, so that a second attempt
 * after a crash shows the same one. Throws EnrolError, and CollectorError for settings that cannot work.
 */
async function enrolOnce({ stateFolder, url, pin, token, version, facts }: EnrolmentSettings): Promise<Identity> {
  const keyPair = (await readPendingKey(stateFolder)) ?? createKeyPair();
  await writePendingKey(stateFolder, keyPair);
  const createdAt = new Date().toISOString();
  try {
    const { hostId, key } = await enrol({ url, pin, token, keyPair, collectorVersion: version, facts });
    const identity = {
      url,
      pin,
      hostId,
      key,
      privateKey: keyPair.privateKey,
      createdAt,
      next: null,
      renewStream: true,
    };
    await writeIdentity(stateFolder, identity);
    await writePendingKey(stateFolder, null);
    return identity;
  } catch (error) {
    if (error instanceof ClientSettingsError) throw new CollectorError(error.message, EXIT_SETTINGS);
    throw error;
  }
}

/** One attempt. Throws CollectorError with a sentence. */
export async function enrolNow(settings: EnrolmentSettings): Promise<Identity> {
  try {
    return await enrolOnce(settings);
  } catch (error) {
    if (!(error instanceof EnrolError)) throw error;
    throw new CollectorError(error.message, error.retryable ? EXIT_FAILURE : EXIT_REFUSED);
  }
}

/** Tries until the server answers. Throws CollectorError when it refuses for good; ends when `signal` does. */
export async function enrolUntilAnswered(
  settings: EnrolmentSettings,
  log: ClientLog,
  signal: AbortSignal,
): Promise<Identity> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const identity = await enrolOnce(settings);
      log.info({ hostId: identity.hostId }, 'Enrolled.');
      return identity;
    } catch (error) {
      if (!(error instanceof EnrolError)) throw error;
      if (!error.retryable) throw new CollectorError(error.message, EXIT_REFUSED);
      const milliseconds = reconnectDelay(attempt, error.retryAfterMilliseconds, Math.random());
      log.warn({ milliseconds }, `Not enrolled yet. ${error.message}`);
      await sleep(milliseconds, undefined, { signal });
    }
  }
}
