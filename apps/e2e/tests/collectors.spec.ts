import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './signed-in.ts';

const COLLECTOR = fileURLToPath(new URL('../../collector/dist/silt-collector.mjs', import.meta.url));
const TOKEN = /silt-enrol-[\w-]{43}/;
const HOST_NAME = 'e2e-second-host';
const OF_A_BEAT = { timeout: 20_000 };

const card = (page: Page, heading: string) =>
  page.locator('section.card').filter({ has: page.getByRole('heading', { name: heading, exact: true }) });
const rowOf = (page: Page, heading: string, name: string) =>
  card(page, heading)
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) });

/** Makes the line in the page and gives the token that is in it. */
async function makeToken(page: Page, tags = ''): Promise<string> {
  await page.getByLabel('Tags', { exact: true }).fill(tags);
  await page.getByRole('button', { name: 'Make the line' }).click();
  const line = page.getByRole('region', { name: 'The line to copy' });
  await expect(line).toBeVisible();
  return TOKEN.exec(await line.innerText())?.[0] ?? '';
}

/** A second host on this machine: a root of its own with another machine id and name. */
function startCollector(folder: string, token: string): ChildProcess {
  mkdirSync(`${folder}/root/etc`, { recursive: true });
  writeFileSync(`${folder}/root/etc/machine-id`, `${'e2e0'.repeat(8)}\n`);
  writeFileSync(`${folder}/root/etc/hostname`, `${HOST_NAME}\n`);
  writeFileSync(`${folder}/token`, token, { mode: 0o600 });
  const url = `ws://127.0.0.1:${process.env.SILT_E2E_GATEWAY_PORT}/collect`;
  const state = ['--state', `${folder}/state`, '--enrolment-token-file', `${folder}/token`];
  const args = [COLLECTOR, 'run', '--url', url, ...state, '--host-root', `${folder}/root`];
  return spawn(process.execPath, args, { stdio: 'ignore' });
}

test.describe('a collector', () => {
  let folder = '';
  let collector: ChildProcess | null = null;

  test.beforeEach(() => {
    folder = mkdtempSync(`${tmpdir()}/silt-second-`);
  });

  test.afterEach(async () => {
    const child = collector;
    collector = null;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('that is added by the line turns connected while one watches; revoking and retiring show at once', async ({
    page,
  }) => {
    await page.goto('/settings/collectors');
    const token = await makeToken(page, 'e2e, second');
    await expect(page.getByText('Waiting for the host')).toBeVisible();
    collector = startCollector(folder, token);
    await expect(page.getByText(`${HOST_NAME} is connected`)).toBeVisible(OF_A_BEAT);
    const row = rowOf(page, 'Hosts', HOST_NAME);
    await expect(row.getByText('Connected')).toBeVisible(OF_A_BEAT);
    await expect(row.getByText('second', { exact: true })).toBeVisible();

    await row.getByRole('button', { name: /^Revoke key/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
    await expect(row.getByText('Key revoked')).toBeVisible();
    await row.getByRole('link', { name: HOST_NAME }).click();
    await expect(page.getByText(/^A key was revoked/)).toBeVisible();
    await expect(page.getByText(/^Enrolled, with collector/)).toBeVisible();

    await page.goto('/settings/collectors');
    await rowOf(page, 'Hosts', HOST_NAME)
      .getByRole('button', { name: /^Retire/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
    await expect(rowOf(page, 'Hosts', HOST_NAME)).toHaveCount(0);
    await rowOf(page, 'Retired hosts', HOST_NAME).getByRole('link', { name: HOST_NAME }).click();
    await expect(page.getByText('its history is kept', { exact: false })).toBeVisible();
    await expect(page.getByText('Retired by hand')).toBeVisible();
  });
});

test('an open token is listed until it is withdrawn', async ({ page }) => {
  await page.goto('/settings/collectors');
  await makeToken(page, 'withdrawn-by-e2e');
  const row = card(page, 'Open tokens').getByRole('row').filter({ hasText: 'withdrawn-by-e2e' });
  await expect(row.getByText('0 of 1')).toBeVisible();
  await row.getByRole('button', { name: 'Withdraw' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByText('The line was withdrawn.')).toBeVisible();
});

test('a rule of expiry is added and removed', async ({ page }) => {
  await page.goto('/settings/collectors');
  const rules = card(page, 'Hosts that retire by themselves');
  await rules.getByLabel('Tag').fill('e2e-runner');
  await rules.getByLabel('Hours of silence').fill('48');
  await rules.getByRole('button', { name: 'Add' }).click();
  const rule = rules.getByRole('listitem').filter({ hasText: 'e2e-runner' });
  await expect(rule).toHaveText(/after 48 hours of silence/);
  await rule.getByRole('button', { name: /^Remove/ }).click();
  await expect(rule).toHaveCount(0);
});

test('a change from another origin is refused, whoever is signed in', async ({ page, request }) => {
  await page.goto('/settings/collectors');
  const data = { tag: 'evil', silentHours: 1 };
  for (const origin of ['https://evil.example', 'null']) {
    const answer = await request.post('/api/trpc/collectors.setExpiry', { data, headers: { origin } });
    expect(answer.status()).toBe(403);
  }
});

for (const theme of ['dark', 'light'] as const) {
  test(`the page of collectors passes WCAG 2.2 AA, its dialog and its line too, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto('/settings/collectors');
    await expect(page.getByRole('heading', { name: 'Retired hosts' })).toBeVisible();
    await expectAccessible(page);
    const retire = page.getByRole('button', { name: /^Retire/ }).first();
    await retire.click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(retire).toBeFocused();
    await makeToken(page);
    await expectAccessible(page);
  });
}

test('on a phone nothing of the settings is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/settings/collectors');
  await expect(page.getByRole('heading', { name: 'Retired hosts' })).toBeVisible();
  const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(wider).toBe(0);
});
