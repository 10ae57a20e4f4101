import type { RemedyStep, Translated } from './rule.ts';

/** Short forms for remedies. */
export const precondition = (en: string, zh: string, command: string | null = null): RemedyStep => ({
  ...{ kind: 'precondition', command, isDestructive: false, note: note(en, zh) },
});
export const look = (command: string, en: string, zh: string): RemedyStep => ({
  ...{ kind: 'look', command, isDestructive: false, note: note(en, zh) },
});
export const dryRun = (command: string, en: string, zh: string): RemedyStep => ({
  ...{ kind: 'dry-run', command, isDestructive: false, note: note(en, zh) },
});
export const run = (command: string, en: string, zh: string): RemedyStep => ({
  ...{ kind: 'run', command, isDestructive: false, note: note(en, zh) },
});
/** Something is gone for good after it. */
export const destroy = (command: string, en: string, zh: string): RemedyStep => ({
  ...{ kind: 'run', command, isDestructive: true, note: note(en, zh) },
});
export const edit = (lines: string, en: string, zh: string): RemedyStep => ({
  ...{ kind: 'edit', command: lines, isDestructive: false, note: note(en, zh) },
});
export const expectAfter = (en: string, zh: string, command: string | null = null): RemedyStep => ({
  ...{ kind: 'expect', command, isDestructive: false, note: note(en, zh) },
});

const note = (en: string, zh: string): Translated => ({ en, 'zh-CN': zh });
