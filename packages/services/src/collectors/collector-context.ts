import {
  type CollectorHost,
  lockHost,
  notifyChanges,
  type SignInClient,
  type Sql,
  type TransactionSql,
} from '@silt/db';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { Actor } from '../web-services.ts';

/** What a collector needs to know of the server. */
export interface CollectorServer {
  /** The address that it connects to, `wss://…/collect`. */
  url: string;
  /** sha256 of the server's certificate, 64 hex; null = any that the collector's system trusts. */
  pin: string | null;
  /** sha256 of the certificate's public key, base64; null with `pin`. */
  keyPin: string | null;
}

export interface CollectorContext {
  /** As silt_web. */
  sql: Sql;
  /** As silt_auth: names of those who made tokens. */
  client: SignInClient;
  now: Date;
  server: CollectorServer;
}

/** Errors: `forbidden`. */
export function requireAdmin({ role }: Actor): void {
  if (role === 'member')
    throw new ServiceError('forbidden', 'Only an owner or an admin may do this. Ask one of your organisation.');
}

export const isId = (text: string): boolean => z.uuid().safeParse(text).success;

/** A host of the organisation, retired or not, locked until the end of the transaction. Errors: `not-found`. */
export async function requireHost(tx: TransactionSql, organisationId: string, hostId: string): Promise<CollectorHost> {
  const host = isId(hostId) ? await lockHost(tx, organisationId, hostId) : null;
  if (!host) throw new ServiceError('not-found', 'There is no such host. Look for it in the fleet.');
  return host;
}

/** After COMMIT, so that open pages read the host again. What is stored stays so when this fails; a page catches up. */
export async function tellChange(sql: Sql, organisationId: string, hostId: string): Promise<void> {
  await notifyChanges(sql, new Map([[organisationId, [hostId]]])).catch(() => {});
}
