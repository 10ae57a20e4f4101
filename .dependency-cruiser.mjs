// The import table of docs/architecture.md. Imports run downward only; what is not listed is an error.
const MAY_IMPORT = {
  'packages/domain': [],
  'packages/runtime': [],
  'packages/embedded-postgres': [],
  'packages/wire': ['packages/domain'],
  'packages/probes': ['packages/domain'],
  'packages/db': ['packages/domain', 'packages/runtime'],
  'packages/services': ['packages/domain', 'packages/db', 'packages/runtime'],
  'packages/api': ['packages/services', 'packages/domain'],
  'packages/simulator': ['packages/domain', 'packages/wire'],
  'apps/web': ['packages/domain', 'packages/runtime', 'packages/api'],
  'apps/gateway': ['packages/wire', 'packages/services', 'packages/domain', 'packages/runtime'],
  'apps/worker': ['packages/services', 'packages/domain', 'packages/runtime'],
  'apps/setup': ['packages/services', 'packages/db', 'packages/domain', 'packages/runtime'],
  'apps/demo': ['packages/simulator', 'packages/services', 'packages/wire', 'packages/domain', 'packages/runtime'],
  'apps/cli': ['packages/domain', 'packages/api'],
  'apps/collector': ['packages/probes', 'packages/wire', 'packages/domain', 'packages/runtime'],
};

/** Tests may use a package's helpers for tests besides. */
const TESTS = '/(test|e2e)/|/testing/|\\.test\\.tsx?$';

const boundaries = Object.entries(MAY_IMPORT).map(([part, allowed]) => ({
  name: `imports-of-${part.replace('/', '-')}`,
  severity: 'error',
  from: { path: `^${part}/`, pathNot: TESTS },
  to: { path: '^(apps|packages|bench|faults|lab|scripts)/', pathNot: [part, ...allowed].map((path) => `^${path}/`) },
}));

export default {
  forbidden: [
    ...boundaries,
    {
      name: 'web-takes-only-types-of-the-api-in-the-browser',
      severity: 'error',
      from: { path: '^apps/web/src/(features|shared|messages)/' },
      to: { path: '^packages/api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-command-line-takes-only-types-of-the-api',
      severity: 'error',
      from: { path: '^apps/cli/src/' },
      to: { path: '^packages/api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-feature-imports-another',
      severity: 'error',
      from: { path: '^apps/web/src/features/([^/]+)/' },
      to: { path: '^apps/web/src/features/([^/]+)/', pathNot: '^apps/web/src/features/$1/' },
    },
    {
      name: 'nobody-imports-an-app-bench-faults-lab-or-scripts',
      severity: 'error',
      from: { path: '^packages/', pathNot: TESTS },
      to: { path: '^(apps|bench|faults|lab|scripts)/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|/dist/|/\\.next/|packages/db/src/generated' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    preserveSymlinks: false,
  },
};
