import { ServiceError } from '../service-error.ts';

/** A clock that asks may be ahead by so much: what it calls now is now. */
const MAX_LEAD_MILLISECONDS = 300_000;

/** The moment, or now. Errors: `bad-input` for one to come, or what is none. */
export function momentOf(at: Date | undefined, now: Date): Date {
  if (at === undefined) return now;
  if (!Number.isFinite(at.getTime())) throw new ServiceError('bad-input', 'Give the moment as a date with its time.');
  if (at.getTime() > now.getTime() + MAX_LEAD_MILLISECONDS) {
    throw new ServiceError('bad-input', 'Choose a moment that is past.');
  }
  return at < now ? at : now;
}
