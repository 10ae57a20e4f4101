import { type CannotTell, MISSING_FACTS, type MissingFact } from '@silt/domain/findings';
import { shortName } from '../once/shorten.ts';
import type { DoctorView } from './doctor-view.ts';
import { hang } from './wrap-prose.ts';

/** What root reads and nobody else. */
const ROOT_TELLS: readonly MissingFact[] = ['administrator', 'docker-socket', 'processes', 'data-root', 'lvm'];
/** What no single look tells. */
export const SERVER_TELLS: readonly MissingFact[] = ['second-look', 'history'];
const MAX_SUBJECTS = 2;
const MAX_REASON_CHARACTERS = 400;
const INDENT = '  ';
const RULES_INDENT = ' '.repeat(4);

/** Which rules could not tell, grouped by what would let them; then what the probes did not read, and why. */
export function cannotTellLines(view: DoctorView): string[] {
  const { words, diagnosis, run } = view;
  const missing = new Set(diagnosis.cannotTell.map((one) => one.missing));
  const rootTells = run.isRoot ? [] : ROOT_TELLS;
  const own = MISSING_FACTS.filter((one) => missing.has(one) && ![...rootTells, ...SERVER_TELLS].includes(one));
  const groups = [
    ...rootLines(rootTells, view),
    ...own.flatMap((one) => [...hang(INDENT, words.missing[one], view.columns), ...rulesLines([one], view)]),
    ...serverLines(view),
    ...diagnosis.faults.flatMap(({ rule, message }) =>
      hang(INDENT, words.fault(rule) + shortName(message, MAX_REASON_CHARACTERS), view.columns),
    ),
  ];
  return groups.length === 0 ? [] : [view.paint('strong', words.couldNotTell), ...groups];
}

/** Probes that read nothing, or not all. */
export function probeLines({ diagnosis: { probes }, words, paint, columns }: DoctorView): string[] {
  const blind = probes.filter(({ status, reason }) => status !== 'ok' || reason !== null);
  if (blind.length === 0) return [];
  return [
    paint('strong', words.notReadWhy),
    ...blind.flatMap(({ probe, reason }) =>
      hang(`${INDENT}${shortName(probe)}${words.colon}`, shortName(reason ?? '?', MAX_REASON_CHARACTERS), columns),
    ),
  ];
}

function rootLines(rootTells: readonly MissingFact[], view: DoctorView): string[] {
  const rules = rulesOf(rootTells, view);
  if (rules.length === 0) return [];
  return [
    ...hang(INDENT, view.words.asRoot(rules.length), view.columns),
    `${RULES_INDENT}${view.paint('strong', view.run.sudoLine)}`,
    ...rulesLines(rootTells, view),
  ];
}

function serverLines(view: DoctorView): string[] {
  const rules = rulesOf(SERVER_TELLS, view);
  if (rules.length === 0) return [];
  return [...hang(INDENT, view.words.withServer(rules.length), view.columns), ...rulesLines(SERVER_TELLS, view)];
}

function rulesLines(missing: readonly MissingFact[], view: DoctorView): string[] {
  const { words, diagnosis, columns } = view;
  const told = rulesOf(missing, view).map((rule) => {
    const ofRule = diagnosis.cannotTell.filter((one) => one.rule === rule && missing.includes(one.missing));
    const subjects = subjectsOf(ofRule, view);
    return subjects.length === 0 ? rule : `${rule} (${subjects.join(words.separator)})`;
  });
  return hang(RULES_INDENT, told.join(words.separator), columns);
}

const rulesOf = (missing: readonly MissingFact[], { diagnosis }: DoctorView): string[] => [
  ...new Set(diagnosis.cannotTell.filter((one) => missing.includes(one.missing)).map(({ rule }) => rule)),
];

/** Stores by the name that people know; `+3` for those that there is no room for. */
function subjectsOf(cannotTell: readonly CannotTell[], { look }: DoctorView): string[] {
  const subjects = [...new Set(cannotTell.flatMap(({ subject }) => (subject === null ? [] : [subject])))];
  const { stores } = look.snapshot.layout;
  const names = subjects.map((one) => shortName(stores.find(({ key }) => key === one)?.name ?? one));
  const more = names.length - MAX_SUBJECTS;
  return more <= 0 ? names : [...names.slice(0, MAX_SUBJECTS), `+${more}`];
}
