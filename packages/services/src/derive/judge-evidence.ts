import type { Evidence, Finding, Promised } from '@silt/domain/findings';

/** Of one finding, as JSON. Rules keep far below it; one that does not is at fault. */
export const MAX_KEPT_EVIDENCE_BYTES = 262_144;

/** Postgres takes neither NUL nor half a surrogate pair, which a name that was cut may end in. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/**
 * A finding as it can be kept: its evidence as plain data, just as it will be read again. Throws where that is too large.
 */
export function keepable(finding: Finding): Finding {
  const json = JSON.stringify(finding.evidence, (_, value) =>
    typeof value === 'string' ? storableText(value) : value,
  );
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_KEPT_EVIDENCE_BYTES) throw new Error(`its evidence is too large: ${bytes} bytes`);
  const { subject, storeKey } = finding;
  return {
    ...finding,
    subject: storableText(subject),
    storeKey: storeKey === null ? null : storableText(storeKey),
    evidence: JSON.parse(json) as Evidence,
  };
}

/** What each finding promises, by its evidence. */
export type Promises = WeakMap<Evidence, Promised | null>;
