import { type $ZodError, type $ZodObject, type output, safeParse } from 'zod/v4/core';
import { EXIT_CONFIGURATION, failStart } from './fail-start.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The program's settings, read through a schema whose keys are the variables' names. An empty variable counts as
 * unset. When something is missing or wrong the process ends with EXIT_CONFIGURATION, after one sentence a variable.
 */
export function readEnvironment<Schema extends $ZodObject>(schema: Schema, environment: Environment): output<Schema> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = safeParse(schema, set);
  if (result.success) return result.data;
  failStart(environmentProblems(result.error, set), EXIT_CONFIGURATION);
}

/** One sentence a variable; the value itself is never shown, because it may hold a password. */
export function environmentProblems(error: $ZodError, environment: Environment): string[] {
  const sentences = new Map<string, string>();
  for (const issue of error.issues) {
    const name = String(issue.path[0] ?? 'The environment');
    if (sentences.has(name)) continue;
    const told = environment[name] === undefined ? 'is not set, and is needed' : `is wrong: ${issue.message}`;
    sentences.set(name, `${name} ${told}.`);
  }
  return [...sentences.values()];
}
