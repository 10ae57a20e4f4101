import type { Diagnosis, HostLook } from './diagnose.ts';

/** Besides the line breaks between its parts, what may move a cursor stands in JSON within strings alone. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One object, the same bytes for the same look. `faults` is there only if a rule broke. */
export function doctorJson({ facts, snapshot }: HostLook, { findings, cannotTell, faults, probes }: Diagnosis): string {
  const broken = faults.length === 0 ? {} : { faults };
  return printableJson({ host: facts, takenAt: snapshot.takenAt, findings, cannotTell, ...broken, probes });
}

/** Names that move a cursor are escaped as JSON does it: who parses it has them as they are. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : escaped(character),
  );

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, '0')}`)
    .join('');
