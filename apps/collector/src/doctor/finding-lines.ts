import { SEVERITIES } from '@silt/domain/findings';
import { shortName } from '../once/shorten.ts';
import type { ToldFinding } from './diagnose.ts';
import type { DoctorView } from './doctor-view.ts';
import { SEVERITY_STYLES } from './severity-styles.ts';
import { stepLines } from './step-lines.ts';
import { hang, wrapProse } from './wrap-prose.ts';

/** Findings of one rule with their remedies; of the others, a line each. `--rule` and `--json` have them all. */
const MAX_IN_FULL = 3;
const MAX_LINES = 8;
/** A path has 4096 bytes at the most; a sentence has room for a few of usual length. */
const MAX_TITLE_CHARACTERS = 300;
const MAX_SENTENCE_CHARACTERS = 1_200;
const MARK = '! ';
const INDENT = ' '.repeat(MARK.length);

/** Blocks of lines, an empty line apart: the worst first, grouped by severity. */
export function findingBlocks(view: DoctorView): string[][] {
  return SEVERITIES.flatMap((severity) => {
    const findings = view.diagnosis.findings.filter((one) => one.severity === severity);
    if (findings.length === 0) return [];
    const rules = [...new Set(findings.map(({ rule }) => rule))];
    const { name, meaning } = view.words.severities[severity];
    return [
      [`${view.paint(SEVERITY_STYLES[severity], name)}${view.words.colon}${meaning}`],
      ...rules.flatMap((rule) =>
        ruleBlocks(
          findings.filter((one) => one.rule === rule),
          view,
        ),
      ),
    ];
  });
}

function ruleBlocks(findings: readonly ToldFinding[], view: DoctorView): string[][] {
  const inFull = view.run.isInFull ? findings : findings.slice(0, MAX_IN_FULL);
  const others = findings.slice(inFull.length);
  const titles = others.slice(0, MAX_LINES).flatMap((one) => titleLines(one, view));
  const more = others.length - MAX_LINES;
  if (more > 0) titles.push(INDENT + view.words.more(more, findings[0]?.rule ?? ''));
  const blocks = inFull.map((one, place) => block(one, inFull[place - 1] ?? null, view));
  return titles.length === 0 ? blocks : [...blocks, titles];
}

/** `before`: the finding of the same rule that is shown above it. */
function block(finding: ToldFinding, before: ToldFinding | null, view: DoctorView): string[] {
  const { words, columns } = view;
  const seen = shortName(finding.seen, MAX_SENTENCE_CHARACTERS);
  const lines = [...titleLines(finding, view), ...hang(INDENT, seen, columns)];
  if (finding.why !== before?.why) {
    lines.push(...hang(INDENT, words.why + shortName(finding.why, MAX_SENTENCE_CHARACTERS), columns));
  }
  if (finding.remedy.length === 0) return lines;
  const isAsAbove = JSON.stringify(finding.remedy) === JSON.stringify(before?.remedy);
  if (isAsAbove) return [...lines, `${INDENT}${words.whatToDo}${words.colon}${words.asAbove}`];
  return [...lines, `${INDENT}${words.whatToDo}`, ...stepLines(finding, view)];
}

/** The rule's id stands behind it, for `--rule` and `--explain`. */
function titleLines({ severity, title, rule }: ToldFinding, { paint, columns }: DoctorView): string[] {
  const lines = wrapProse(shortName(title, MAX_TITLE_CHARACTERS), columns - MARK.length);
  const id = `[${rule}]`;
  const last = lines.at(-1) ?? '';
  const fits = wrapProse(`${last} ${id}`, columns - MARK.length).length === 1;
  const strong = lines.map((line) => paint('strong', line));
  if (fits) strong[strong.length - 1] += ` ${paint('faint', id)}`;
  else strong.push(paint('faint', id));
  return strong.map((line, place) => (place === 0 ? paint(SEVERITY_STYLES[severity], MARK) : INDENT) + line);
}
