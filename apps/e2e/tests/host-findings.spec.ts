import type { Page } from '@playwright/test';
import { expect, expectAccessible, openHost, test } from './signed-in.ts';

const card = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: 'Findings', level: 2 }) });
const lines = (page: Page) => card(page).locator('ul > li > button[aria-expanded]');

/** The demo fleet has findings as soon as its first whole inventories were judged. */
async function openWithFindings(page: Page): Promise<void> {
  await openHost(page, 'ci-runner-07');
  await expect(lines(page).first()).toBeVisible({ timeout: 30_000 });
}

async function openStoreWithFindings(page: Page): Promise<void> {
  await openWithFindings(page);
  await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
  await expect(page).toHaveURL(/\/stores\//);
  await expect(lines(page).first()).toBeVisible();
}

const widerThanWindow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

test('the page of a host has its findings, the worst first, and opens one in place', async ({ page }) => {
  await openWithFindings(page);
  await expect(card(page).locator('header')).toContainText(/\d+ (critical|warnings?|notices?)/);
  await expect(lines(page).first()).toHaveAttribute('aria-expanded', 'false');
  await lines(page).first().click();
  await expect(card(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
  await lines(page).nth(1).click();
  await expect(lines(page).first()).toHaveAttribute('aria-expanded', 'false');
  await expect(card(page).getByRole('heading', { name: 'What to do' })).toHaveCount(1);
  await card(page).getByRole('link', { name: 'All of this host' }).click();
  await expect(page).toHaveURL(/\/findings\?host=[0-9a-f-]{36}$/);
});

test('a host says which rules cannot tell, why, and what would let them', async ({ page }) => {
  await openWithFindings(page);
  await expect(card(page).getByText(/^\d+ rules, last asked .+, of an inventory read .+\.$/)).toBeVisible();
  const summary = card(page).locator('summary').filter({ hasText: 'Cannot tell' });
  await expect(summary).toContainText(/\d+ of \d+ rules/);
  if (!(await summary.evaluate('(one) => one.parentElement.open'))) await summary.click();
  await expect(
    card(page)
      .getByRole('heading', { name: /^Because / })
      .first(),
  ).toBeVisible();
});

test('the stack marks the stores that findings are about', async ({ page }) => {
  await openWithFindings(page);
  const stack = page.getByRole('region', { name: 'Storage stack, from disk to containers' });
  await expect(stack.getByTitle(/^Findings: \d+\+?, the worst: /).first()).toBeVisible();
});

test('of a moment that is past no findings are shown, and the card says where they are told', async ({ page }) => {
  await openWithFindings(page);
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
  await page.goto(`${new URL(page.url()).pathname}?at=${at}Z`);
  await expect(card(page)).toContainText('Findings are of now.');
  await expect(lines(page)).toHaveCount(0);
});

test('a muted finding leaves the list and is folded beneath it', async ({ page }) => {
  await openWithFindings(page);
  const line = lines(page)
    .filter({ hasText: /Warning|Notice/ })
    .first();
  await line.click();
  await card(page).getByRole('button', { name: 'Mute', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('known, the disk is replaced on Friday');
  await page.getByRole('dialog').getByRole('button', { name: 'Mute it' }).click();
  const folded = card(page)
    .locator('summary')
    .filter({ hasText: /^\d+ muted$/ });
  await folded.click();
  await card(page)
    .getByRole('button', { name: /known, the disk is replaced on Friday/ })
    .click();
  await expectAccessible(page);
  await card(page).getByRole('button', { name: 'End the mute' }).click();
  await expect(folded).toHaveCount(0);
});

test('the page of a store has the worst finding open, with its steps, and what can be won back', async ({ page }) => {
  await openStoreWithFindings(page);
  await expect(lines(page).first()).toHaveAttribute('aria-expanded', 'true');
  await expect(card(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
  const [history, side] = [
    await page.getByRole('heading', { name: 'What can run out' }).boundingBox(),
    await card(page).boundingBox(),
  ];
  expect(side?.x ?? 0).toBeGreaterThan(history?.x ?? 0);
  await expect(page.locator('dl').getByText('Can be won back')).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`findings on host and store page pass WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openWithFindings(page);
    await lines(page).first().click();
    await expect(card(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
    await expectAccessible(page);
    await openStoreWithFindings(page);
    await expect(card(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
    await expectAccessible(page);
  });
}

test('on a phone findings come before the charts, and nothing is wider than the window', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openWithFindings(page);
  await lines(page).first().click();
  await expect(card(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
  expect(await widerThanWindow(page)).toBe(0);
  await openStoreWithFindings(page);
  await expect(lines(page).first()).toHaveAttribute('aria-expanded', 'false');
  const chart = page.getByRole('img', { name: /^Metadata committed:/ });
  await expect(chart).toBeVisible();
  const [side, plot] = [await card(page).boundingBox(), await chart.boundingBox()];
  expect(side?.y ?? 0).toBeLessThan(plot?.y ?? 0);
  await lines(page).first().click();
  await expect(card(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
  expect(await widerThanWindow(page)).toBe(0);
  await expectAccessible(page);
});
