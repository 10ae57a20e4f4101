import type { Sql, TransactionSql } from '../client.ts';

/** The closed list of what the audit log tells. */
export const AUDIT_ACTIONS = [
  'enrolment-token.create',
  'enrolment-token.withdraw',
  'host.enrol',
  'host.retire',
  'host-expiry.set',
  'host-expiry.remove',
  'key.rotate',
  'key.revoke',
  'collector.refused',
  'api-key.create',
  'api-key.revoke',
  'api-key.refused',
  'sequence.conflict',
  'tag-setting.set',
  'tag-setting.remove',
  'finding.mute',
  'finding.unmute',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  organisationId: string;
  actorKind: 'user' | 'collector' | 'system';
  /** User id, key id, or name of the program. */
  actor: string;
  action: AuditAction;
  /** Public id of what it was done to; the tag of an expiry or a setting, empty for every host. */
  subject: string;
  /** No secret, no token. */
  detail: Record<string, string | number | boolean | null | readonly string[]>;
  /** Of the peer; null = none, or not known. */
  address: string | null;
}

/** Appends to the audit log, by the client that acts and in its transaction. */
export async function recordAudit(sql: Sql | TransactionSql, entry: AuditEntry): Promise<void> {
  const { organisationId, actorKind, actor, action, subject, detail, address } = entry;
  await sql`
    INSERT INTO audit_event (organisation_id, actor_kind, actor, action, subject, detail, address)
    VALUES (${organisationId}, ${actorKind}, ${actor}, ${action}, ${subject}, ${sql.json(detail)}, ${address})`;
}
