import type { ItemChangeKind } from '@silt/domain';

/** Stand before the words, never instead of them. */
export const CHANGE_GLYPHS = {
  added: '+',
  removed: '−',
  grown: '↑',
  shrunk: '↓',
  changed: '≠',
} as const satisfies Record<ItemChangeKind, string>;
