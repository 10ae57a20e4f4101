import { readEnvironment } from '@silt/runtime';
import { ClientSettingsError, checkPin, checkServerUrl } from '@silt/wire/client';
import type * as z from 'zod/mini';
import { CollectorError, EXIT_SETTINGS } from './collector-error.ts';
import { checkToken, readTokenFile } from './enrolment.ts';
import { environmentSchema } from './env.ts';

export const DEFAULT_STATE = '/var/lib/silt-collector';

type Environment = z.infer<typeof environmentSchema>;

export interface Settings {
  stateFolder: string;
  url: string | undefined;
  pin: string | null;
  environment: Environment;
}

/** What the options say, else the environment. */
export function readSettings(flags: { state?: string; url?: string; pin?: string }): Settings {
  const environment = readEnvironment(environmentSchema, process.env);
  return {
    stateFolder: flags.state ?? environment.SILT_STATE ?? DEFAULT_STATE,
    url: flags.url ?? environment.SILT_GATEWAY_URL,
    pin: flags.pin ?? environment.SILT_SERVER_PIN ?? null,
    environment,
  };
}

/** null = there is none. Throws CollectorError. */
export async function readToken(file: string | undefined, environment: Environment): Promise<string | null> {
  const path = file ?? environment.SILT_ENROLMENT_TOKEN_FILE;
  if (path !== undefined) return await readTokenFile(path);
  const token = environment.SILT_ENROLMENT_TOKEN;
  return token === undefined ? null : checkToken(token, 'SILT_ENROLMENT_TOKEN');
}

/** The server to speak to. Throws CollectorError. */
export function serverOf({ url, pin }: Pick<Settings, 'url' | 'pin'>): { url: string; pin: string | null } {
  if (url === undefined) throw new CollectorError('Say where the server is: --url or SILT_GATEWAY_URL.', EXIT_SETTINGS);
  try {
    return { url, pin: checkPin(pin, checkServerUrl(url)) };
  } catch (error) {
    if (error instanceof ClientSettingsError) throw new CollectorError(error.message, EXIT_SETTINGS);
    throw error;
  }
}
