import { MAX_MUTE_DAYS, MAX_MUTE_REASON_CHARACTERS } from '../../finding-views.ts';
import type { KeptFinding, Mute } from './kept-finding.ts';

const DAY_MILLISECONDS = 86_400_000;

/** What is not right with a mute. `until-past`: its end is now or before. `until-far`: later than in MAX_MUTE_DAYS. */
export type MuteProblem = 'reason-missing' | 'reason-long' | 'reason-unprintable' | 'until-past' | 'until-far';

/** Beside these, only line breaks and tabs are kept of the characters that are none to read. */
const UNPRINTABLE = /(?![\n\r\t])\p{Cc}/u;

/**
 * The first problem; null = it may be set. The white space around the reason does not count.
 *
 * @param now milliseconds since the epoch, as `until`; null = until somebody ends it.
 */
export function muteProblem({ reason, until }: Pick<Mute, 'reason' | 'until'>, now: number): MuteProblem | null {
  const characters = [...reason.trim()].length;
  if (characters === 0) return 'reason-missing';
  if (characters > MAX_MUTE_REASON_CHARACTERS) return 'reason-long';
  if (UNPRINTABLE.test(reason)) return 'reason-unprintable';
  if (until === null) return null;
  if (!(until > now)) return 'until-past';
  return until > now + MAX_MUTE_DAYS * DAY_MILLISECONDS ? 'until-far' : null;
}

/**
 * Muted as somebody said, or muted anew. Changes `state`, `stateSince` and `mute` alone. It holds up to the severity of now.
 *
 * @throws if it is resolved: who calls has to look at that before.
 */
export function muteFinding(kept: KeptFinding, { reason, until, at, by }: Omit<Mute, 'severity'>): KeptFinding {
  if (kept.state === 'resolved') throw new Error(`${kept.rule} of ${kept.subject} is resolved, and cannot be muted`);
  const stateSince = kept.state === 'muted' ? kept.stateSince : Math.max(at, kept.stateSince);
  const mute = { reason: reason.trim(), until, at, by, severity: kept.severity };
  return { ...kept, state: 'muted', stateSince, mute };
}

/**
 * Open, or reopened where it came back before; one that is not muted stays as it is. Changes `state`, `stateSince` and `mute` alone.
 *
 * @param now milliseconds since the epoch.
 */
export function unmuteFinding(kept: KeptFinding, now: number): KeptFinding {
  if (kept.state !== 'muted') return kept;
  const state = kept.timesReopened > 0 ? 'reopened' : 'open';
  return { ...kept, state, stateSince: Math.max(now, kept.stateSince), mute: null };
}
