import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ROOT } from './paths.mjs';

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'];
const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/** Every workspace pins each dependency exactly, and all to the same version. Null = they do. */
export function dependencyVersionProblems() {
  const { workspaces } = manifestOf('package.json');
  const manifests = ['package.json', ...workspaces.flatMap(manifestsOf)];
  const found = new Map();
  const problems = [];
  for (const path of manifests) {
    for (const [name, version] of KINDS.flatMap((kind) => Object.entries(manifestOf(path)[kind] ?? {}))) {
      if (!EXACT.test(version)) problems.push(`${path}: ${name} is not pinned (${version})`);
      const first = found.get(name) ?? { version, path };
      found.set(name, first);
      if (first.version !== version) problems.push(`${name}: ${version} in ${path}, ${first.version} in ${first.path}`);
    }
  }
  return problems.length === 0 ? null : problems.join('\n');
}

/** `apps/*` or `bench`, as in the root manifest. */
function manifestsOf(workspace) {
  const parent = workspace.replace(/\/\*$/, '');
  const folders =
    parent === workspace ? [workspace] : readdirSync(`${ROOT}/${parent}`).map((name) => `${parent}/${name}`);
  return folders.map((folder) => `${folder}/package.json`).filter((path) => existsSync(`${ROOT}/${path}`));
}

function manifestOf(path) {
  return JSON.parse(readFileSync(`${ROOT}/${path}`, 'utf8'));
}
