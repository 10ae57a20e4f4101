import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as btrfs from '../../packages/domain/src/findings/btrfs-rules.ts';
import * as daemons from '../../packages/domain/src/findings/daemons-rules.ts';
import * as docker from '../../packages/domain/src/findings/docker-rules.ts';
import * as mounts from '../../packages/domain/src/findings/mounts-rules.ts';
import * as system from '../../packages/domain/src/findings/system-rules.ts';
import * as thin from '../../packages/domain/src/findings/thin-rules.ts';
import { findingsPages, pageOf } from '../lib/findings-pages.mjs';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const RULES = 'packages/domain/src/findings';

const pages = (): Map<string, string> =>
  findingsPages({ ...btrfs, ...thin, ...mounts, ...daemons, ...docker, ...system }, inRoot(RULES));

test('docs/findings is what the rules say: else run `npm run findings`', () => {
  const made = pages();
  expect(readdirSync(inRoot('docs/findings')).sort()).toEqual([...made.keys()].sort());
  for (const [file, text] of made) expect(readFileSync(inRoot(`docs/findings/${file}`), 'utf8'), file).toBe(text);
});

test('every folder of a rule is in a list, once', () => {
  const made = pages();
  const folders = ['', '/health'].flatMap((folder) =>
    readdirSync(inRoot(`${RULES}${folder}`), { withFileTypes: true })
      .filter((one) => one.isDirectory() && existsSync(inRoot(`${RULES}${folder}/${one.name}/rule.ts`)))
      .map(({ name }) => name),
  );
  expect([...made.keys()].filter((file) => file !== 'README.md').sort()).toEqual(
    folders.map((name) => `${name}.md`).sort(),
  );
});

test('a command with back ticks and a cell with a bar do not end their place', () => {
  const words = { name: 'n', title: () => 't', seen: () => 's', why: () => 'w' };
  const step = { kind: 'run', command: 'echo ```', isDestructive: true, note: { en: 'n', 'zh-CN': 'n' } };
  const rule = {
    ...{ id: 'x', needsPast: true, basis: ['a | b'], wasSeen: false, example: {}, remedy: () => [step] },
    text: { en: words, 'zh-CN': words },
  };
  const page = pageOf({ rule, source: "missing: 'lvm'" });
  expect(page).toContain('| needs | lvs, vgs and lvmconfig; history');
  expect(page).toContain('| stands on | a \\| b |');
  expect(page).toContain('**Something is gone for good after it.** n\n\n   ````sh\n   echo ```\n   ````');
});
