/** Of 2^64 − 1, the greatest that the kernel prints. */
const MAX_DIGITS = 20;
const WHOLE = new RegExp(`^\\d{1,${MAX_DIGITS}}$`);

/** A whole number that stands alone in a text, spaces and a newline around it left aside; null = none, or beyond 2^53. */
export function wholeOf(text: string | null | undefined): number | null {
  const word = text?.trim() ?? '';
  const value = WHOLE.test(word) ? Number(word) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}
