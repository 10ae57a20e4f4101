import { printable, type TellStep } from '@silt/domain';

export interface ScriptWords {
  about: string;
  /** Stands over a line that deletes. */
  destroys: string;
  /** Stands over the lines of a file. */
  edit: string;
  kinds: Record<TellStep['kind'], string>;
}

/** In a comment nothing may end the line, or a name of a host would be run. */
const comment = (text: string): string => `# ${printable(text)}`;

const commented = (lines: string): string => lines.split('\n').map(comment).join('\n');

/**
 * All steps as a script for a shell, its words in comments. What it may run by itself only looks, tries, or takes nothing away:
 * what has to be sure before, lines for a file, and what deletes are comments too.
 */
export function remedyScript(title: string, remedy: readonly TellStep[], words: ScriptWords): string {
  const parts = remedy.map((step, index) => {
    const said = comment(`${index + 1}. ${words.kinds[step.kind]}: ${step.note}`);
    return [said, ...commandLines(step, words)].join('\n');
  });
  return `${[[comment(title), comment(words.about)].join('\n'), ...parts].join('\n\n')}\n`;
}

function commandLines({ kind, command, isDestructive }: TellStep, words: ScriptWords): string[] {
  if (command === null) return [];
  if (kind === 'edit') return [comment(words.edit), commented(command)];
  if (isDestructive) return [comment(words.destroys), commented(command)];
  return kind === 'precondition' ? [commented(command)] : [command];
}
