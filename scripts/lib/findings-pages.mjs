// Text of docs/findings, made of the rules.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SERVER = 'a server';

/** In the order of the reference: the lists of packages/domain/src/findings, each with its heading. */
export const FINDING_GROUPS = [
  { list: 'BTRFS_RULES', file: 'btrfs-rules.ts', heading: 'btrfs' },
  { list: 'THIN_RULES', file: 'thin-rules.ts', heading: 'Thin pools' },
  { list: 'MOUNTS_RULES', file: 'mounts-rules.ts', heading: 'Mounts' },
  { list: 'DAEMONS_RULES', file: 'daemons-rules.ts', heading: 'Daemons' },
  { list: 'DOCKER_RULES', file: 'docker-rules.ts', heading: 'Docker' },
  { list: 'SYSTEM_RULES', file: 'system-rules.ts', heading: 'File systems, loop files, and what was not read' },
  { list: 'HEALTH_RULES', file: 'system-rules.ts', heading: 'Silt’s own health, of a host', needs: SERVER },
  { list: 'FLEET_RULES', file: 'system-rules.ts', heading: 'Silt’s own health, over all hosts', needs: SERVER },
];

const NEEDS = {
  administrator: 'root (CAP_SYS_ADMIN)',
  'docker-socket': 'the Docker socket',
  processes: 'the host’s processes (CAP_SYS_PTRACE)',
  'data-root': 'the data root (CAP_DAC_READ_SEARCH)',
  lvm: 'lvs, vgs and lvmconfig',
  sysfs: 'sysfs',
  configuration: 'the daemon’s and systemd’s configuration',
  'second-look': 'a second look, a day later',
  history: 'history: a server that keeps it',
};

const KINDS = {
  precondition: 'Before',
  look: 'Look',
  'dry-run': 'Dry run',
  run: 'Run',
  edit: 'Edit',
  expect: 'Afterwards',
};

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What a file exports under these names, each with the private parts that follow it. */
const partsOf = (text, names) =>
  text
    .split(/^(?=export )/m)
    .filter((part) => names.includes(/^export (?:async )?(?:function|const) (\w+)/.exec(part)?.[1] ?? ''));

/** The rule's own file, with what it imports from the files beside the rules. */
function sourceOf(rulesFolder, id) {
  const file = ['.', 'health'].map((folder) => join(rulesFolder, folder, id, 'rule.ts')).find((one) => existsSync(one));
  if (file === undefined) throw new Error(`${id} has no folder with a rule.ts in ${rulesFolder}`);
  const own = readFileSync(file, 'utf8');
  const imported = [...own.matchAll(/^import \{([^}]*)\} from '(\.\.\/[a-z-]+\.ts)'/gm)].flatMap(([, names, path]) =>
    partsOf(
      readFileSync(join(dirname(file), path), 'utf8'),
      names.split(',').map((name) => name.trim()),
    ),
  );
  return [own, ...imported].join('\n');
}

/** What a rule says that it lacks when it cannot tell: the words of `MISSING_FACTS` in its source. */
function needsOf({ rule, source, needs }) {
  if (needs !== undefined) return needs;
  const named = Object.keys(NEEDS).filter((word) => source.includes(`'${word}'`));
  if (rule.needsPast && !named.includes('history')) named.push('history');
  return named.length === 0 ? 'what the fast beat reads' : named.map((word) => NEEDS[word]).join('; ');
}

const seenText = ({ wasSeen }) => (wasSeen ? 'seen' : 'not seen');

function codeBlock(text, language) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function stepText({ kind, command, isDestructive, note }, place) {
  const said = `${place + 1}. **${KINDS[kind]}.** ${isDestructive ? '**Something is gone for good after it.** ' : ''}${note.en}`;
  if (command === null) return said;
  const block = codeBlock(command, kind === 'edit' ? '' : 'sh').replaceAll('\n', '\n   ');
  return `${said}\n\n   ${block}`;
}

/** @param entry `{ rule, source, needs }`; `needs` instead of what the source says. */
export function pageOf(entry) {
  const { rule } = entry;
  const { example } = rule;
  const [en, zh] = [rule.text.en, rule.text['zh-CN']];
  const caught = rule.wasSeen
    ? 'seen: a case of it was reproduced or captured'
    : 'not seen: its test stands on a named edit of a real capture, or on its specification';
  return `# ${en.name}

\`${rule.id}\` · [all findings](README.md)

| | |
| --- | --- |
| needs | ${cell(needsOf(entry))} |
| stands on | ${cell(rule.basis.join(', '))} |
| caught | ${caught} |

## What is seen

${en.title(example)}

${en.seen(example)}

## Why it matters

${en.why(example)}

## Remedy

Of the case above. On a host the commands have its own names.

${rule.remedy(example).map(stepText).join('\n\n')}

## 中文：${zh.name}

${zh.title(example)}

${zh.seen(example)}

${zh.why(example)}
`;
}

const tableOf = ({ heading, entries }) => `## ${heading}

| finding | name | needs | stands on | |
| --- | --- | --- | --- | --- |
${entries
  .map((entry) => {
    const { rule } = entry;
    const columns = [`[${rule.id}](${rule.id}.md)`, rule.text.en.name, needsOf(entry), rule.basis.join(', ')];
    return `| ${columns.map(cell).join(' | ')} | ${seenText(rule)} |`;
  })
  .join('\n')}
`;

/**
 * @param lists lists of rules by their names.
 * @returns {Map<string, string>} pages by file name.
 */
export function findingsPages(lists, rulesFolder) {
  const groups = FINDING_GROUPS.map(({ list, heading, needs }) => ({
    heading,
    entries: lists[list].map((rule) => ({ rule, needs, source: sourceOf(rulesFolder, rule.id) })),
  }));
  const full = groups.filter(({ entries }) => entries.length > 0);
  const entries = full.flatMap((group) => group.entries);
  const readme = `# Findings

What Silt finds, why it matters, and the commands that settle it, made of the host's own names. Where a fact was not read
the answer is "cannot tell", with what would tell it. *Seen*: a case was reproduced or captured; *not seen*: the rule stands on a
named edit of a real capture, or on its specification.

Made from the rules of \`packages/domain/src/findings\` by \`npm run findings\`; not written by hand.

${full.map(tableOf).join('\n')}`;
  return new Map([['README.md', readme], ...entries.map((entry) => [`${entry.rule.id}.md`, pageOf(entry)])]);
}
