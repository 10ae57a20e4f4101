import { printable } from '@silt/domain';
import type { Language, Rule } from '@silt/domain/findings';
import { alignRows } from '../once/columns.ts';
import { tellRemedy } from './diagnose.ts';
import { DOCTOR_WORDS } from './doctor-words.ts';
import { columnsFor, type Shown } from './format-doctor.ts';
import { stepLines } from './step-lines.ts';
import { hang } from './wrap-prose.ts';

/** What a rule looks at, why, what it stands on, and a case of it that was seen. */
export function explainRule(rule: Rule, { language, paint, terminalColumns }: Shown): string {
  const words = DOCTOR_WORDS[language];
  const columns = columnsFor(terminalColumns);
  const { id, text, example, basis, wasSeen, needsPast } = rule;
  const { name, title, seen, why } = text[language];
  const run = { isRoot: true, sudoLine: '', hostRoot: '/', isInFull: true };
  const part = (heading: string, ...sentences: string[]): string[] => [
    paint('strong', heading),
    ...sentences.flatMap((one) => hang('  ', printable(one), columns)),
  ];
  const remedy = tellRemedy(rule.remedy(example), language);
  const told = words.explain;
  return [
    [`${paint('strong', name)} ${paint('faint', `[${id}]`)}`, ...(needsPast ? hang('', told.needsPast, columns) : [])],
    part(told.why, why(example)),
    part(told.example, title(example), seen(example)),
    [paint('strong', told.remedy), ...stepLines({ rule: id, remedy }, { words, paint, columns, run })],
    part(told.evidence, Object.keys(example).join(words.separator)),
    part(told.basis, basis.join(words.separator), wasSeen ? told.wasSeen : told.wasNotSeen),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Each rule with its name. */
export const listRules = (rules: readonly Rule[], language: Language): string =>
  alignRows(rules.map(({ id, text }) => [id, text[language].name])).join('\n');

export function explainedJson(
  { id, needsPast, basis, wasSeen, text, example, remedy }: Rule,
  language: Language,
): object {
  const { name, title, seen, why } = text[language];
  const told = { title: title(example), seen: seen(example), why: why(example) };
  return {
    id,
    name,
    needsPast,
    basis,
    wasSeen,
    example: { evidence: example, ...told, remedy: tellRemedy(remedy(example), language) },
  };
}
