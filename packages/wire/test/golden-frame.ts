import { readFileSync } from 'node:fs';

/** Text of `fixtures/v1/<name>.json`. */
export const goldenText = (name: string): string =>
  readFileSync(new URL(`../fixtures/v1/${name}.json`, import.meta.url), 'utf8');

/** A fresh copy of a golden frame, for one-field edits. */
export const golden = (name: string) => JSON.parse(goldenText(name));
