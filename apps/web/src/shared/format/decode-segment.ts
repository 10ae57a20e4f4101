/** A path segment as the router gives it, decoded; one that is no valid encoding stays as it is and is not found. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
