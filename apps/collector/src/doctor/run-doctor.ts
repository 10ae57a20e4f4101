import { LANGUAGES, type Language, RULES, type Rule, shellLine } from '@silt/domain/findings';
import { CollectorError, EXIT_SETTINGS } from '../collector-error.ts';
import { paintFor } from '../once/paint.ts';
import { diagnose, type HostLook } from './diagnose.ts';
import { doctorExitCode } from './doctor-exit-code.ts';
import { doctorJson, printableJson } from './doctor-json.ts';
import { languageOf } from './doctor-language.ts';
import type { DoctorRun } from './doctor-view.ts';
import { explainedJson, explainRule, listRules } from './explain.ts';
import { formatDoctor, type Shown } from './format-doctor.ts';

/** It finds what a collector that runs as a service may not read. Of a look of one's own, that stands below the findings. */
const OF_A_SERVICE = 'probe-blind';

export interface DoctorFlags {
  json: boolean;
  /** Ids; empty = all rules that are about a host. */
  rule: string[];
  lang?: string;
  /** A rule's id; true = list them. */
  explain?: string | true;
  hostRoot: string;
}

/** The process that it runs in. */
export interface DoctorProcess {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** BCP 47. */
  locale: string;
  isRoot: boolean;
  /** Program, script, arguments. */
  argv: readonly string[];
}

export interface DoctorResult {
  text: string;
  exitCode: number;
}

/** Looks at a host, unless a rule is only to be explained. Throws CollectorError for a rule or a language that is not there. */
export async function runDoctor(
  flags: DoctorFlags,
  process: DoctorProcess,
  look: () => Promise<HostLook>,
  rules: readonly Rule[] = RULES,
): Promise<DoctorResult> {
  const language = flags.lang === undefined ? languageOf(process.locale) : checkLanguage(flags.lang);
  const { isTTY, columns } = process.stdout;
  const shown: Shown = {
    language,
    paint: paintFor(process.stdout),
    terminalColumns: isTTY === true ? columns : undefined,
  };
  if (flags.explain !== undefined) return { text: explain(flags.explain, flags.json, rules, shown), exitCode: 0 };
  const asked = flags.rule.length === 0 ? rules.filter(({ id }) => id !== OF_A_SERVICE) : chosen(flags.rule, rules);
  const seen = await look();
  const diagnosis = diagnose(seen, asked, language);
  const text = flags.json ? doctorJson(seen, diagnosis) : formatDoctor(seen, diagnosis, runOf(flags, process), shown);
  return { text, exitCode: doctorExitCode(diagnosis) };
}

const runOf = ({ rule, hostRoot }: DoctorFlags, { argv, isRoot }: DoctorProcess): DoctorRun => ({
  ...{ isRoot, hostRoot, isInFull: rule.length > 0 },
  // A collector that is one executable names itself twice.
  sudoLine: shellLine('sudo', ...argv.filter((word, place) => place !== 1 || word !== argv[0])),
});

function explain(id: string | true, asJson: boolean, rules: readonly Rule[], shown: Shown): string {
  const told = id === true ? rules : chosen([id], rules);
  if (asJson) return printableJson(told.map((rule) => explainedJson(rule, shown.language)));
  return id === true ? listRules(told, shown.language) : told.map((rule) => explainRule(rule, shown)).join('\n\n');
}

/** In the order of the rules, each once. */
function chosen(ids: readonly string[], rules: readonly Rule[]): Rule[] {
  const unknown = ids.find((id) => !rules.some((rule) => rule.id === id));
  if (unknown !== undefined) {
    throw new CollectorError(
      `There is no rule ${JSON.stringify(unknown)}: silt-collector doctor --explain lists them.`,
      EXIT_SETTINGS,
    );
  }
  return rules.filter(({ id }) => ids.includes(id));
}

function checkLanguage(text: string): Language {
  const language = LANGUAGES.find((one) => one === text);
  if (language !== undefined) return language;
  throw new CollectorError(
    `There is no ${JSON.stringify(text)} for --lang: it takes ${LANGUAGES.join(' or ')}.`,
    EXIT_SETTINGS,
  );
}
