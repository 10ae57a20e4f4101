import { createHash } from 'node:crypto';
import type { Layout } from '@silt/domain';
import { layoutSchema } from '../v1/messages/layout.ts';

/** Layouts kept for comparison; a host has one at a time, and goes back and forth between few. */
const MAX_KNOWN_LAYOUTS = 8;

export interface KnownLayout {
  layout: Layout;
  /** Of its content. */
  hash: string;
  /** Length of its description in a frame. */
  bytes: number;
  /** Why the protocol cannot carry it; null = it can. */
  problem: string | null;
}

/**
 * Gives equal layouts one identity, so that a queue of snapshots holds each layout once and a connection can tell by
 * identity which it has described. A layout that is the very object of before costs nothing, another one a stringify.
 */
export class LayoutInterner {
  /** By hash of the content, least recently used first. */
  readonly #known = new Map<string, KnownLayout>();
  #last: { given: Layout; known: KnownLayout } | null = null;

  intern(layout: Layout): KnownLayout {
    if (this.#last?.given === layout) return this.#last.known;
    const content = JSON.stringify(layout);
    const hash = createHash('sha256').update(content).digest('base64');
    const known = this.#known.get(hash) ?? describe(layout, hash, content);
    this.#known.delete(hash);
    this.#known.set(hash, known);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_KNOWN_LAYOUTS && oldest !== undefined) this.#known.delete(oldest);
    this.#last = { given: layout, known };
    return known;
  }
}

function describe(layout: Layout, hash: string, content: string): KnownLayout {
  const issue = layoutSchema.safeParse(layout).error?.issues[0];
  const problem = issue === undefined ? null : `layout.${issue.path.join('.')}: ${issue.message}`;
  return { layout, hash, bytes: Buffer.byteLength(content), problem };
}
