import type { FindingChange } from '../../host-event.ts';
import { type CannotTell, type Finding, type MissingFact, SEVERITIES, type Severity } from '../rule.ts';
import type { Findings } from '../rules.ts';
import {
  type FindingState,
  FREED_AFTER_MILLISECONDS,
  type KeptFinding,
  MILDER_AFTER_MILLISECONDS,
  OPEN_AFTER_MILLISECONDS,
  RESOLVE_AFTER_LOOKS,
  RESOLVE_AFTER_MILLISECONDS,
} from './kept-finding.ts';
import { freedBytesNow, type PromiseReadings, promiseNow } from './kept-promise.ts';
import { unmuteFinding } from './mute-finding.ts';
import { isSameData } from './same-data.ts';

/** One look at a host, and what the rules said of it. */
export interface Look extends Findings, PromiseReadings {
  /** Milliseconds since the epoch. */
  now: number;
  /** Ids of the rules that were asked and answered; findings of others stay as they are. */
  rules: ReadonlySet<string>;
}

export interface AdvancedFinding {
  /** Its `evidence` is the object of the kept one where nothing in it changed. */
  finding: KeptFinding;
  /** What people are told of it, in order; empty = nothing. */
  changes: FindingChange['change'][];
}

/**
 * What becomes of the kept findings of a host, and the ones that begin; those that stay exactly as they are are left out. The same
 * look once more changes nothing. A look from before the last one that a finding knows of leaves that finding as it is.
 *
 * @param kept all of the host, resolved ones too.
 */
export function advanceFindings(kept: readonly KeptFinding[], look: Look): AdvancedFinding[] {
  const found = worstOfEach(look.findings.filter(({ rule }) => look.rules.has(rule)));
  const missing = firstOfEach(look.cannotTell);
  const advanced: AdvancedFinding[] = [];
  for (const one of kept) {
    const key = keyOf(one);
    const seen = found.get(key);
    found.delete(key);
    if (!look.rules.has(one.rule) || look.now < lastLookAt(one)) continue;
    const next =
      seen === undefined
        ? advanceUnseen(one, missing.get(key) ?? missing.get(one.rule) ?? null, look)
        : advanceSeen(one, seen, look);
    if (!isSameData(one, next.finding)) advanced.push(next);
  }
  return [...advanced, ...[...found.values()].map((one) => begin(one, look))];
}

function advanceSeen(kept: KeptFinding, found: Finding, look: Look): AdvancedFinding {
  if (kept.state === 'resolved') return wasConfirmed(kept) ? reopen(kept, found, look) : beginAgain(kept, found, look);
  const { now } = look;
  const { severity, milderSince } = severityNow(kept, found.severity, now);
  const seen: KeptFinding = {
    ...kept,
    ...{ severity, milderSince, lastSeenAt: now, missedSince: null, missedLooks: 0, blind: null },
    storeKey: found.storeKey,
    evidence: isSameData(kept.evidence, found.evidence) ? kept.evidence : found.evidence,
    promise: promiseNow(kept, found, look),
  };
  const worse: AdvancedFinding['changes'] = isWorse(severity, kept.severity) ? ['worse'] : [];
  if (kept.state === 'new') {
    const isOpen = severity === 'critical' || now - kept.standsSince >= OPEN_AFTER_MILLISECONDS;
    return isOpen ? { finding: inState(seen, 'open', now), changes: ['opened'] } : { finding: seen, changes: [] };
  }
  if (kept.state !== 'muted') return { finding: seen, changes: worse };
  if (isMuteHeld(seen, now)) return { finding: seen, changes: [] };
  return { finding: unmuteFinding(seen, now), changes: ['unmuted', ...worse] };
}

/** @param missing what the rule would have to know to tell of it; null = it can tell, and says that it is not there. */
function advanceUnseen(kept: KeptFinding, missing: MissingFact | null, look: Look): AdvancedFinding {
  if (kept.state === 'resolved') return { finding: { ...kept, freedBytes: freedSince(kept, look) }, changes: [] };
  if (missing !== null) {
    const blind = { since: kept.blind?.since ?? look.now, missing };
    return { finding: { ...kept, blind }, changes: [] };
  }
  const missedSince = kept.missedSince ?? look.now;
  const isSameLook = kept.missedSince === look.now;
  const missedLooks = isSameLook ? kept.missedLooks : Math.min(kept.missedLooks + 1, RESOLVE_AFTER_LOOKS);
  const isResolved = missedLooks >= RESOLVE_AFTER_LOOKS && look.now - missedSince >= RESOLVE_AFTER_MILLISECONDS;
  if (isResolved) return resolve(kept, look);
  return { finding: { ...kept, missedSince, missedLooks, blind: null }, changes: [] };
}

function resolve(kept: KeptFinding, look: Look): AdvancedFinding {
  const finding: KeptFinding = {
    ...inState(kept, 'resolved', look.now),
    ...{ resolvedAt: look.now, milderSince: null, missedSince: null, missedLooks: 0, blind: null, mute: null },
    freedBytes: freedBytesNow(kept, look),
  };
  return { finding, changes: kept.state === 'new' ? [] : ['resolved'] };
}

/** The most that came back since it was resolved, for as long as that counts. */
function freedSince(kept: KeptFinding, look: Look): number | null {
  const isOver = kept.resolvedAt === null || look.now - kept.resolvedAt > FREED_AFTER_MILLISECONDS;
  const freedBytes = isOver ? null : freedBytesNow(kept, look);
  if (freedBytes === null || kept.freedBytes === null) return kept.freedBytes ?? freedBytes;
  return Math.max(freedBytes, kept.freedBytes);
}

function begin(found: Finding, look: Look): AdvancedFinding {
  const { now } = look;
  const { rule, subject, storeKey, severity, evidence } = found;
  const isOpen = severity === 'critical';
  const finding: KeptFinding = {
    ...{ rule, subject, storeKey, severity, evidence, state: isOpen ? 'open' : 'new', stateSince: now },
    ...{ firstSeenAt: now, lastSeenAt: now, standsSince: now, milderSince: null, missedSince: null, missedLooks: 0 },
    ...{ blind: null, timesReopened: 0, resolvedAt: null, mute: null, promise: promiseNow(null, found, look) },
    freedBytes: null,
  };
  return { finding, changes: isOpen ? ['opened'] : [] };
}

/** As if for the first time, but for when that was. */
function beginAgain(kept: KeptFinding, found: Finding, look: Look): AdvancedFinding {
  const { finding, changes } = begin(found, look);
  const { firstSeenAt, timesReopened } = kept;
  const stateSince = Math.max(finding.stateSince, kept.stateSince);
  return { finding: { ...kept, ...finding, firstSeenAt, timesReopened, stateSince }, changes };
}

function reopen(kept: KeptFinding, found: Finding, look: Look): AdvancedFinding {
  const { finding } = beginAgain(kept, found, look);
  return { finding: { ...finding, state: 'reopened', timesReopened: kept.timesReopened + 1 }, changes: ['reopened'] };
}

/** Whether one that is resolved was ever more than new: a second look had it in time, or it was critical. */
const wasConfirmed = ({ timesReopened, severity, lastSeenAt, standsSince }: KeptFinding): boolean =>
  timesReopened > 0 || severity === 'critical' || lastSeenAt - standsSince >= OPEN_AFTER_MILLISECONDS;

/** Rises at once; falls to what this look says when each look was milder for long enough. */
function severityNow(kept: KeptFinding, found: Severity, now: number): Pick<KeptFinding, 'severity' | 'milderSince'> {
  if (!isWorse(kept.severity, found)) return { severity: found, milderSince: null };
  const milderSince = kept.milderSince ?? now;
  const falls = now - milderSince >= MILDER_AFTER_MILLISECONDS;
  return falls ? { severity: found, milderSince: null } : { severity: kept.severity, milderSince };
}

const isWorse = (a: Severity, b: Severity): boolean => SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);

const isMuteHeld = ({ mute, severity }: KeptFinding, now: number): boolean =>
  mute !== null && !isWorse(severity, mute.severity) && (mute.until === null || now < mute.until);

/** A person's clock, of who mutes, may be ahead of the host's: it was never in a state for less than nothing. */
const inState = (kept: KeptFinding, state: FindingState, now: number): KeptFinding => ({
  ...kept,
  state,
  stateSince: Math.max(now, kept.stateSince),
});

/** The last look that a finding knows of. */
const lastLookAt = ({ lastSeenAt, missedSince, blind, resolvedAt }: KeptFinding): number =>
  Math.max(lastSeenAt, missedSince ?? lastSeenAt, blind?.since ?? lastSeenAt, resolvedAt ?? lastSeenAt);

/** Of a finding, or of a rule as a whole. Ids of rules are one line. */
const keyOf = ({ rule, subject }: Pick<CannotTell, 'rule' | 'subject'>): string =>
  subject === null ? rule : `${rule}\n${subject}`;

function worstOfEach(findings: readonly Finding[]): Map<string, Finding> {
  const worst = new Map<string, Finding>();
  for (const one of findings) {
    const before = worst.get(keyOf(one));
    if (before === undefined || isWorse(one.severity, before.severity)) worst.set(keyOf(one), one);
  }
  return worst;
}

function firstOfEach(cannotTell: readonly CannotTell[]): Map<string, MissingFact> {
  const first = new Map<string, MissingFact>();
  for (const one of cannotTell) {
    if (!first.has(keyOf(one))) first.set(keyOf(one), one.missing);
  }
  return first;
}
