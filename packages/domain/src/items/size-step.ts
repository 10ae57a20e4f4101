/** A size becomes a new version when it moved by more than the greater of these … */
export const SIZE_STEP_BYTES = 1_048_576;
export const SIZE_STEP_SHARE = 0.01;
/** … or when it moved at all and the version is so old. */
export const SIZE_STEP_MAX_AGE_MILLISECONDS = 86_400_000;

/** The most by which the kept size of an item differs from the real one, within a day. */
export const sizeErrorOf = (keptBytes: number): number =>
  Math.max(SIZE_STEP_BYTES, Math.floor(keptBytes * SIZE_STEP_SHARE));

/** Whether a size is worth a new version. Read and not read are apart by more than any step. */
export function isNewSize(kept: number | null, now: number | null, ageMilliseconds: number): boolean {
  if (kept === now) return false;
  if (kept === null || now === null) return true;
  return Math.abs(now - kept) > sizeErrorOf(kept) || ageMilliseconds >= SIZE_STEP_MAX_AGE_MILLISECONDS;
}
