import { printable } from '@silt/domain';

/** A name from a host with all of its characters visible, cut to a length. */
export function safeText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return printable(text);
  // A cut between the halves of a surrogate pair leaves one that means nothing.
  return `${printable(text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, ''))}…`;
}
