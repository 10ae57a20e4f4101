import type * as z from 'zod/mini';
import { issueReason, MAX_DECODE_REASON_CHARACTERS, pathOf, printable } from './issue-reason.ts';
import { MAX_DEPTH } from './limits.ts';

export type Decoded<Message> = { ok: true; message: Message } | Refused;

interface Refused {
  ok: false;
  /** For people. */
  reason: string;
  /** Set when all that is wrong is a type of message that this version does not know: its first characters. */
  unknownType?: string;
}

/** Of a type that is not known; it goes into logs. */
const MAX_TYPE_CHARACTERS = 64;

/** What a frame's text says, as `schema` has it. Never throws. Fields that the schema does not know are dropped. */
export function decode<Message>(text: string, schema: z.ZodMiniType<Message>, limitBytes: number): Decoded<Message> {
  const bytes = text.length > limitBytes ? text.length : Buffer.byteLength(text);
  if (bytes > limitBytes) return refuse(`the frame is longer than ${limitBytes} bytes`);
  if (isDeeperThan(text, MAX_DEPTH)) return refuse(`the frame is nested deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('the frame is not JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, message: result.data };
  const issue = result.error.issues[0];
  if (issue === undefined) return refuse('the message is not valid');
  const refused = refuse(issueReason(issue));
  const type = pathOf(issue.path) === 'type' ? (value as { type: unknown }).type : null;
  return typeof type === 'string' ? { ...refused, unknownType: printable(type, MAX_TYPE_CHARACTERS) } : refused;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Counts brackets outside strings, so that no deep tree is ever built. Wrong JSON is left to the parser. */
function isDeeperThan(text: string, limit: number): boolean {
  // A beat has too few brackets for that, and counting them costs a tenth of the loop.
  if (countUpTo(text, '{', limit + 1) + countUpTo(text, '[', limit + 1) <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    if (inString) {
      if (unit === BACKSLASH) place += 1;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return false;
}

/** How often `character` occurs, counted no further than `most`. */
function countUpTo(text: string, character: string, most: number): number {
  let count = 0;
  for (let place = text.indexOf(character); place >= 0 && count < most; place = text.indexOf(character, place + 1)) {
    count += 1;
  }
  return count;
}

export const refuse = (reason: string): Refused => ({
  ok: false,
  reason: printable(reason, MAX_DECODE_REASON_CHARACTERS),
});
