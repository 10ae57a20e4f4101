import type { Terminal } from '../src/terminal.ts';

export interface TestTerminal extends Terminal {
  /** What was written so far. */
  output(): string;
  errors(): string;
}

/** No colours, nobody types. */
export function testTerminal({
  home = '/nowhere',
  env = {},
  input = '',
  now = new Date(),
}: {
  home?: string;
  env?: Record<string, string>;
  input?: string;
  now?: Date;
} = {}): TestTerminal {
  const written: { out: string[]; err: string[] } = { out: [], err: [] };
  return {
    ...{ env, home, colours: false, typed: false },
    now: () => now,
    out: (text) => void written.out.push(text),
    err: (text) => void written.err.push(text),
    readInput: async () => input,
    output: () => written.out.join(''),
    errors: () => written.err.join(''),
  };
}
