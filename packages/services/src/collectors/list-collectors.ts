import { memberNames, readCollectors, readExpiries, readOpenTokens, withOrganisation } from '@silt/db';
import {
  type CollectorList,
  type CollectorRow,
  connectionOf,
  type HostExpiry,
  MAX_LISTED_COLLECTORS,
  type OpenToken,
} from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { CollectorQuery } from '../web-services.ts';
import { type CollectorContext, isId } from './collector-context.ts';

type ListedHost = Awaited<ReturnType<typeof readCollectors>>['hosts'][number];

/** Errors: `bad-input`. */
export async function listCollectors(
  { sql, now }: CollectorContext,
  organisationId: string,
  query: CollectorQuery,
): Promise<CollectorList> {
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED_COLLECTORS)
    throw new ServiceError('bad-input', `Ask for 1 to ${MAX_LISTED_COLLECTORS} hosts.`);
  const { hosts, total } = await withOrganisation(sql, organisationId, (tx) =>
    readCollectors(tx, organisationId, query),
  );
  return { hosts: hosts.map((host) => collectorRow(host, now)), total };
}

function collectorRow(host: ListedHost, now: Date): CollectorRow {
  const { publicId, name, tags, simulated, lastSeenAt, beatSeconds, retiredAt, keyCreatedAt } = host;
  const status = lastSeenAt === null || beatSeconds === null ? null : { lastSeenAt, beatSeconds };
  return {
    ...{ hostId: publicId, name, tags, simulated },
    connection: retiredAt === null ? connectionOf(status, now) : 'retired',
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    retiredAt: retiredAt?.toISOString() ?? null,
    collectorVersion: host.collectorVersion,
    key: keyCreatedAt && { createdAt: keyCreatedAt.toISOString(), count: host.goodKeys },
    keyRevokedAt: keyCreatedAt ? null : (host.keyRevokedAt?.toISOString() ?? null),
  };
}

export async function listOpenTokens(
  { sql, client, now }: CollectorContext,
  organisationId: string,
): Promise<OpenToken[]> {
  const tokens = await withOrganisation(sql, organisationId, (tx) => readOpenTokens(tx, organisationId, now));
  const makers = [...new Set(tokens.map(({ createdBy }) => createdBy))].filter(isId);
  const names = await memberNames(client, organisationId, makers);
  return tokens.map(({ id, createdBy, createdAt, expiresAt, uses, usesAllowed, tags, hostPublicId, hostName }) => ({
    tokenId: id,
    madeBy: names.get(createdBy) ?? null,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...{ uses, usesAllowed, tags },
    host: hostPublicId === null || hostName === null ? null : { hostId: hostPublicId, name: hostName },
  }));
}

export async function listExpiries({ sql }: CollectorContext, organisationId: string): Promise<HostExpiry[]> {
  return withOrganisation(sql, organisationId, (tx) => readExpiries(tx, organisationId));
}
