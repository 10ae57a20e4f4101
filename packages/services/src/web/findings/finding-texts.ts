import type { TellStep } from '@silt/domain';
import { ALL_RULES, type Evidence, LANGUAGES, type Language, type RemedyStep } from '@silt/domain/findings';

/** What is said of a finding that was kept, in one language. */
interface FindingTexts {
  title: string;
  seen: string;
  why: string;
  remedy: TellStep[];
}

interface Kept {
  rule: string;
  evidence: Evidence;
}

const UNTOLD: Record<Language, (rule: string) => string> = {
  en: (rule) =>
    `What ${rule} saw was kept by another version of Silt, and this one cannot put it into words. It is told anew when the host is next looked at, if the rule is still asked.`,
  'zh-CN': (rule) =>
    `${rule} 的这条记录由另一个版本的 Silt 写下，当前版本无法表述。如果该规则仍在使用，下次检查该主机时会重新给出说明。`,
};

/** Name of a rule; its id where this version does not know it. */
export const ruleName = (rule: string, language: Language): string => ALL_RULES.get(rule)?.text[language].name ?? rule;

/** Of a rule that this version does not have, or that cannot read the evidence of another version: a sentence that says so. */
export function findingTexts({ rule, evidence }: Kept, language: Language): FindingTexts {
  const known = ALL_RULES.get(rule);
  const untold = { title: rule, seen: UNTOLD[language](rule), why: '', remedy: [] };
  if (known === undefined) return untold;
  const text = known.text[language];
  try {
    const remedy = known.remedy(evidence).map((step) => toldStep(step, language));
    return { title: text.title(evidence), seen: text.seen(evidence), why: text.why(evidence), remedy };
  } catch {
    return untold;
  }
}

/** Title in each language. */
export const findingTitles = (kept: Kept): Record<Language, string> =>
  Object.fromEntries(LANGUAGES.map((language) => [language, findingTexts(kept, language).title])) as Record<
    Language,
    string
  >;

const toldStep = ({ note, ...step }: RemedyStep, language: Language): TellStep => ({ ...step, note: note[language] });

/** Rules that a word (lower case) is in the id or the name of. */
export const rulesNamed = (word: string, language: Language): string[] =>
  [...ALL_RULES.values()].flatMap(({ id, text }) =>
    `${id}\n${text[language].name}`.toLowerCase().includes(word) ? [id] : [],
  );
