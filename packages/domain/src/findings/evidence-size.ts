/** Of one finding's evidence as JSON, in UTF-8. Lists in it are cut so that it holds. */
export const MAX_EVIDENCE_BYTES = 65_536;

interface Shown<One> {
  shown: One[];
  leftOutCount: number;
}

/** The first ones by name, so that each look shows the same. */
export function firstByName(names: readonly string[], most: number): Shown<string> {
  const sorted = names.toSorted();
  return { shown: sorted.slice(0, most), leftOutCount: Math.max(0, sorted.length - most) };
}

/** Bytes of a value as JSON, in UTF-8. */
export const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** The first ones that fit. */
export function firstWithin<One>(all: readonly One[], limits: { most: number; maxBytes: number }): Shown<One> {
  let [count, bytes] = [0, 0];
  for (const one of all.slice(0, limits.most)) {
    bytes += jsonBytes(one) + 1;
    if (bytes > limits.maxBytes) break;
    count += 1;
  }
  return { shown: all.slice(0, count), leftOutCount: all.length - count };
}
