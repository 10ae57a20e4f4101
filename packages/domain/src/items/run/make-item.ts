import type { Item, ItemAttribute, ItemKind } from '../item.ts';

/** Bounds of the wire and the database: `MAX_ITEM_KEY_CHARACTERS`, `MAX_ATTRIBUTE_CHARACTERS`. */
const MAX_KEY_CHARACTERS = 512;
const MAX_TEXT_CHARACTERS = 1_024;
/** Of a list in an attribute. */
const MAX_LISTED = 8;

type Optional = 'storeKey' | 'parentKey' | 'ownerKey' | 'sizeBytes' | 'state' | 'attributes';
export type ItemDraft = Pick<Item, 'key' | 'kind' | 'name' | 'scope'> &
  Partial<Pick<Item, Optional>> & { holds?: Holding };

/** What an item holds of its store. null as a whole: it is not counted. */
export type Holding = { leastBytes: number | null; mostBytes: number | null } | null;

export const UNKNOWN_HOLDING = { leastBytes: null, mostBytes: null } as const;
export const exactly = (bytes: number | null): Holding => ({ leastBytes: bytes, mostBytes: bytes });
/** null = it is not known how much at the most. */
export const upTo = (bytes: number | null): Holding => ({ leastBytes: bytes === null ? null : 0, mostBytes: bytes });

export function makeItem({ holds = null, attributes = {}, ...draft }: ItemDraft): Item {
  return {
    storeKey: null,
    parentKey: null,
    ownerKey: null,
    sizeBytes: null,
    state: null,
    ...draft,
    name: shortText(draft.name) || draft.key,
    counted: holds !== null,
    ...(holds ?? UNKNOWN_HOLDING),
    attributes: tidy(attributes),
  };
}

/** Of the parts of an item's identity; a long one ends in a hash of all of it. */
export function keyOf(kind: ItemKind, ...parts: readonly string[]): string {
  return shortKey(`${kind}:${parts.join(':')}`);
}

export function shortKey(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', '\u{FFFD}');
  if (whole.length <= MAX_KEY_CHARACTERS) return whole;
  return `${whole.slice(0, MAX_KEY_CHARACTERS - 20).toWellFormed()}…${hashOf(whole)}`;
}

/** FNV-1a with two offsets, 16 hex digits: to tell apart what begins alike, not to withstand anybody. */
function hashOf(text: string): string {
  return [0x811c9dc5, 0x1b873593].map((offset) => fnv1a(text, offset)).join('');
}

function fnv1a(text: string, offset: number): string {
  let hash = offset;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Facts that were not read or do not apply are left out: an attribute is what was read. */
function tidy(attributes: Record<string, ItemAttribute>): Record<string, ItemAttribute> {
  const kept = Object.entries(attributes).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? shortText(value) : value]));
}

export function shortText(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', '\u{FFFD}');
  return whole.length <= MAX_TEXT_CHARACTERS ? whole : `${whole.slice(0, MAX_TEXT_CHARACTERS - 1).toWellFormed()}…`;
}

/** `a, b`; of many the first ones and how many more. null = empty. */
export function listText(words: readonly string[]): string | null {
  if (words.length === 0) return null;
  const more = words.length - MAX_LISTED;
  return more > 0 ? `${words.slice(0, MAX_LISTED).join(', ')} and ${more} more` : words.join(', ');
}

/** As Docker shows it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);
