// `npm test`: unit, integration and browser tests; the last line is `N passed, N failed, N skipped`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/sentence-error.mjs';

const isContinuousIntegration = process.env.CI === 'true';

/** Of all statements of the probes. Elsewhere than under CI the tests on real storage may be skipped, and cover less. */
const COVERAGE = ['--coverage', '--coverage.include=packages/probes/src/**', '--coverage.thresholds.statements=95'];
const COVERAGE_REPORT = ['--coverage.reporter=text-summary', '--coverage.reportsDirectory=coverage/probes'];

/** Counts of vitest's JSON report; `todo` and pending tests are skipped ones. */
function countVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of Playwright's JSON report; a flaky test passed only on a second try and counts as failed. */
function countPlaywright({ stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** Runs one suite; a runner that fails without a failed test (a crash, no report) counts as one failure. */
async function runSuite({ name, command, args, env, reportFile, count }) {
  const { code } = await run(command, args, { show: true, env });
  try {
    const counts = count(JSON.parse(readFileSync(reportFile, 'utf8')));
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } catch {
    console.error(`${name} left no report (exit code ${code}).`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

runMain(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { chromiumPath } = await import('./lib/chromium.mjs');
  const folder = mkdtempSync(`${tmpdir()}/silt-test-`);
  const suites = [
    {
      name: 'vitest',
      command: 'vitest',
      args: [
        ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${folder}/vitest.json`],
        ...(isContinuousIntegration ? [...COVERAGE, ...COVERAGE_REPORT] : []),
      ],
      env: {},
      reportFile: `${folder}/vitest.json`,
      count: countVitest,
    },
    {
      name: 'playwright',
      command: 'playwright',
      args: ['test', '--config=apps/e2e/playwright.config.ts', '--reporter=list,json'],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: `${folder}/playwright.json`, CHROMIUM_PATH: await chromiumPath() },
      reportFile: `${folder}/playwright.json`,
      count: countPlaywright,
    },
  ];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    const counts = await runSuite(suite);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  rmSync(folder, { recursive: true });
  if (isContinuousIntegration && total.skipped > 0) console.error('Under CI a skipped test is a failure.');
  const failed = total.failed > 0 || total.passed === 0 || (isContinuousIntegration && total.skipped > 0);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = failed ? 1 : 0;
});
