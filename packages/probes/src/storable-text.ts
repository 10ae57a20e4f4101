/** Of one text; the wire takes no longer one. */
export const MAX_TEXT_CHARACTERS = 4_096;
const ELLIPSIS = '…';

/** A text as the wire and the server's tables take it: no NUL, no half of a surrogate pair, cut with an ellipsis. */
export function storableText(text: string, mostCharacters = MAX_TEXT_CHARACTERS): string {
  const whole = text.toWellFormed().replaceAll('\0', '\u{FFFD}');
  if (whole.length <= mostCharacters) return whole;
  // A cut may go through a pair.
  return `${whole.slice(0, mostCharacters - ELLIPSIS.length).toWellFormed()}${ELLIPSIS}`;
}

/** The same value where all its texts can be stored, which they nearly always can; else a copy with those that could not cut. */
export function withStorableTexts<Value>(value: Value): Value {
  if (typeof value === 'string') return storableText(value) as Value;
  if (Array.isArray(value)) {
    const copy = value.map(withStorableTexts);
    return copy.some((one, place) => one !== value[place]) ? (copy as Value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let copy: Value | null = null;
  for (const [name, one] of Object.entries(value)) {
    const storable = withStorableTexts(one);
    if (storable !== one) copy = { ...(copy ?? value), [name]: storable };
  }
  return copy ?? value;
}
