import type * as z from 'zod/mini';

/** A reason goes into logs and into `refused`; a hostile name in it must not blow it up. */
export const MAX_DECODE_REASON_CHARACTERS = 256;

/** Where a value is not as its schema says, and how. */
export function issueReason(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'the message is not valid';
  return printable(`${pathOf(issue.path)}: ${issue.message}`, MAX_DECODE_REASON_CHARACTERS);
}

export function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'message';
  return path
    .map((part, place) => (typeof part === 'number' ? `[${part}]` : `${place ? '.' : ''}${String(part)}`))
    .join('');
}

export function printable(text: string, most: number): string {
  const clean = text.replace(/\p{C}/gu, '\u{FFFD}');
  return clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`;
}
