import type { ListedFinding } from '@silt/db';
import { connectionOf, type FindingRow } from '@silt/domain';
import type { Language } from '@silt/domain/findings';
import { findingTexts } from './finding-texts.ts';

interface RowContext {
  language: Language;
  now: Date;
  /** Of members, by user id. */
  names: ReadonlyMap<string, string>;
}

export function findingRow(finding: ListedFinding, { language, now, names }: RowContext): FindingRow {
  const { host, rule, subject, storeKey, severity, state, findingNo, timesReopened, blind, mute } = finding;
  const { title, seen } = findingTexts(finding, language);
  return {
    ...{ hostId: host.publicId, hostName: host.name, simulated: host.simulated },
    connection: connectionOf(host.status, now),
    ...{ findingNo, rule, subject, storeKey, severity, state, title, seen, timesReopened },
    firstSeenAt: iso(finding.firstSeenAt),
    lastSeenAt: iso(finding.lastSeenAt),
    standsSince: iso(finding.standsSince),
    missedSince: finding.missedSince === null ? null : iso(finding.missedSince),
    blind: blind && { since: iso(blind.since), missing: blind.missing },
    resolvedAt: finding.resolvedAt === null ? null : iso(finding.resolvedAt),
    mute: mute && {
      reason: mute.reason,
      until: mute.until === null ? null : iso(mute.until),
      at: iso(mute.at),
      by: names.get(mute.by) ?? null,
    },
    promisedBytes: finding.promise?.bytes ?? null,
    freedBytes: finding.freedBytes,
  };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
