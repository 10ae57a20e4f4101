import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/client.ts';

/** Accounts, sessions and organisations, as the role silt_auth; the hot path does not use it. */
export type SignInClient = PrismaClient;

export interface SignInClientOptions {
  /** Connections at most; the sum over all processes stays ≤ 60. */
  max: number;
}

/** A pool of connections, opened at the first query; `$disconnect` ends it. */
export function openSignInClient(url: string, { max }: SignInClientOptions): SignInClient {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max, application_name: 'silt-sign-in' }),
    log: [],
  });
}
