import { formatBytes } from '@silt/domain';
import { safeText } from '../format/safe-text.ts';

/** Rows shown of one finding's evidence. */
export const MAX_EVIDENCE_ROWS = 200;
const MAX_VALUE_CHARACTERS = 500;
const MAX_DEPTH = 6;

export interface EvidenceWords {
  notRead: string;
  empty: string;
  yes: string;
  no: string;
  number(value: number): string;
}

export interface EvidenceRow {
  /** Where it stands: `volumes.0.name`. */
  name: string;
  value: string;
}

/** Plain data as names and values, in its own order; `count` has those beyond MAX_EVIDENCE_ROWS too. */
export function evidenceRows(evidence: object, words: EvidenceWords): { rows: EvidenceRow[]; count: number } {
  const rows: EvidenceRow[] = [];
  let count = 0;
  const add = (name: string, value: unknown, depth: number): void => {
    const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (parts.length > 0 && depth < MAX_DEPTH) {
      for (const [key, part] of parts) add(name === '' ? key : `${name}.${key}`, part, depth + 1);
      return;
    }
    if (name === '') return;
    count += 1;
    if (rows.length < MAX_EVIDENCE_ROWS)
      rows.push({ name: safeText(name, MAX_VALUE_CHARACTERS), value: valueText(name, value, words) });
  };
  add('', evidence, 0);
  return { rows, count };
}

function valueText(name: string, value: unknown, words: EvidenceWords): string {
  if (value === null || value === undefined) return words.notRead;
  if (value === true || value === false) return value ? words.yes : words.no;
  if (typeof value === 'number') {
    const plain = words.number(value);
    return /bytes(PerDay)?$/i.test(name) ? `${formatBytes(value)} (${plain})` : plain;
  }
  if (typeof value === 'string') return value === '' ? words.empty : safeText(value, MAX_VALUE_CHARACTERS);
  return Object.keys(value).length === 0 ? words.empty : safeText(JSON.stringify(value), MAX_VALUE_CHARACTERS);
}
