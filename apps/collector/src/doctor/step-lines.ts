import { printable } from '@silt/domain';
import type { ToldFinding, ToldStep } from './diagnose.ts';
import type { DoctorView } from './doctor-view.ts';
import { hang } from './wrap-prose.ts';

/** Beyond it the rest is counted: nested subvolumes have a step each. */
const MAX_STEPS = 14;
const INDENT = '  ';
const COMMAND_INDENT = ' '.repeat(6);

type View = Pick<DoctorView, 'words' | 'paint' | 'columns' | 'run'>;

/** Numbered; a command has its line alone, however long, so that it is copied whole. */
export function stepLines({ remedy, rule }: Pick<ToldFinding, 'remedy' | 'rule'>, view: View): string[] {
  const shown = view.run.isInFull || remedy.length <= MAX_STEPS + 1 ? remedy : remedy.slice(0, MAX_STEPS);
  const more = remedy.length - shown.length;
  const lines = shown.flatMap((step, place) => linesOfStep(step, place + 1, view));
  return more === 0 ? lines : [...lines, ...hang(INDENT, view.words.moreSteps(more, rule), view.columns)];
}

function linesOfStep({ kind, command, isDestructive, note }: ToldStep, number: number, view: View): string[] {
  const { words, paint, columns } = view;
  const style = isDestructive ? 'critical' : 'strong';
  const mark = `${INDENT}${String(number).padStart(2)}. `;
  const destroys = isDestructive ? words.destroys : '';
  const said = hang(mark, `${words.steps[kind]}${destroys}${printable(note)}`, columns);
  if (isDestructive) said[0] = said[0]?.replace(destroys.trim(), paint('critical', destroys.trim())) ?? '';
  const lines = command?.split('\n') ?? [];
  const shown = lines.map((line) => printable(line));
  const isAltered = shown.some((line, place) => line !== lines[place]);
  return [
    ...said,
    ...shown.map((line) => COMMAND_INDENT + paint(style, line)),
    ...(isAltered ? hang(COMMAND_INDENT, words.notForCopying, columns) : []),
  ];
}
