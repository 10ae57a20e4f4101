/** Sentences of one kind; `--json` has them all. */
const MAX_OF_A_KIND = 8;
const MAX_IN_A_SENTENCE = 4;

/** The first sentences, and how many more `things` there are. */
export function few(things: string, sentences: readonly string[]): string[] {
  const more = sentences.length - MAX_OF_A_KIND;
  return more <= 0 ? [...sentences] : [...sentences.slice(0, MAX_OF_A_KIND), `There are ${more} more ${things}.`];
}

/** `a, b and c`, `a, b, c, d and 9 more`. `count`: of all, where `parts` are the first of them. */
export function listed(parts: readonly string[], count: number = parts.length): string {
  const shown = parts.slice(0, MAX_IN_A_SENTENCE);
  const all = count > shown.length ? [...shown, `${count - shown.length} more`] : shown;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
