import { type Evidence, type Finding, MAX_EVIDENCE_BYTES, type Promised } from '@silt/domain/findings';

/** Postgres takes neither NUL nor half a surrogate pair, which a name that was cut may end in. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/**
 * A finding as it can be kept: its evidence as plain data, just as it will be read again. Throws where that is too
 * large: rules cut their lists so that it is not.
 */
export function keepable(finding: Finding): Finding {
  const json = JSON.stringify(finding.evidence, (_, value) =>
    typeof value === 'string' ? storableText(value) : value,
  );
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_EVIDENCE_BYTES) throw new Error(`its evidence is too large: ${bytes} bytes`);
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
