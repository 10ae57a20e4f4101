import { type FindingRecord, lockFinding, recordAudit, recordEvent, withOrganisation, writeMute } from '@silt/db';
import { MAX_MUTE_DAYS, MAX_MUTE_REASON_CHARACTERS } from '@silt/domain';
import { type KeptFinding, type MuteProblem, muteFinding, muteProblem, unmuteFinding } from '@silt/domain/findings';
import { requireAdmin, requireHost, tellChange } from '../../collectors/collector-context.ts';
import { ServiceError } from '../../service-error.ts';
import type { Actor, FindingAddress, NewMute } from '../../web-services.ts';
import { findingTitles } from './finding-texts.ts';
import { type FindingContext, findingNotFound, isFindingNo } from './read-findings.ts';

const SENTENCES: Record<MuteProblem, string> = {
  'reason-missing': 'Say why it is no matter for now.',
  'reason-long': `A reason has at most ${MAX_MUTE_REASON_CHARACTERS} characters.`,
  'reason-unprintable': 'A reason is text: leave out control characters.',
  'until-past': 'Choose an end that is to come, or none.',
  'until-far': `A finding is muted for ${MAX_MUTE_DAYS} days at the most, or until somebody ends it.`,
};

/** Errors: `forbidden`, `bad-input`, `not-found`, `conflict` for one that is resolved. */
export async function muteOne(context: FindingContext, actor: Actor, mute: NewMute): Promise<void> {
  requireAdmin(actor);
  const { now } = context;
  const until = mute.until?.getTime() ?? null;
  const problem = muteProblem({ reason: mute.reason, until }, now.getTime());
  if (problem !== null) throw new ServiceError('bad-input', SENTENCES[problem]);
  const by = { reason: mute.reason.trim(), until, at: now.getTime(), by: actor.userId };
  await changeMute(context, actor, { address: mute, change: 'muted' }, (finding) => {
    if (finding.state === 'resolved')
      throw new ServiceError(
        'conflict',
        'It is resolved: there is nothing to mute. It may be muted when it comes back.',
      );
    return muteFinding(finding, by);
  });
}

/** Errors: `forbidden`, `not-found`. */
export async function unmuteOne(context: FindingContext, actor: Actor, address: FindingAddress): Promise<void> {
  requireAdmin(actor);
  await changeMute(context, actor, { address, change: 'unmuted' }, (finding) =>
    finding.state === 'muted' ? unmuteFinding(finding, context.now.getTime()) : null,
  );
}

/** @param change null = it stays as it is, and nothing is told. */
async function changeMute(
  { sql, now }: FindingContext,
  { organisationId, userId }: Actor,
  what: { address: FindingAddress; change: 'muted' | 'unmuted' },
  change: (finding: FindingRecord) => KeptFinding | null,
): Promise<void> {
  const { hostId, findingNo } = what.address;
  if (!isFindingNo(findingNo)) throw findingNotFound();
  const changed = await withOrganisation(sql, organisationId, async (tx) => {
    const host = await requireHost(tx, organisationId, hostId);
    const finding = await lockFinding(tx, { hostId: host.id, organisationId, findingNo });
    if (finding === null || host.retiredAt !== null) throw findingNotFound();
    const kept = change(finding);
    if (kept === null) return false;
    await writeMute(tx, organisationId, { ...finding, ...kept });
    const { rule, storeKey, severity } = finding;
    await recordEvent(tx, {
      ...{ hostId: host.id, organisationId, at: now, kind: 'finding' },
      detail: {
        ...{ change: what.change, findingNo, rule, storeKey, severity, title: findingTitles(finding) },
        ...{ promisedBytes: null, freedBytes: null },
      },
    });
    await recordAudit(tx, {
      ...{ organisationId, actorKind: 'user', actor: userId, subject: host.publicId, address: null },
      action: what.change === 'muted' ? 'finding.mute' : 'finding.unmute',
      detail: { findingNo, rule, finding: finding.subject, ...muteDetail(kept) },
    });
    return true;
  });
  if (changed) await tellChange(sql, organisationId, hostId);
}

function muteDetail({ mute }: KeptFinding): Record<string, string | null> {
  if (mute === null) return {};
  return { reason: mute.reason, until: mute.until === null ? null : new Date(mute.until).toISOString() };
}
