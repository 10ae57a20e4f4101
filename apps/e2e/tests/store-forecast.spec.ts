import type { Page } from '@playwright/test';
import { expect, expectAccessible, openHost, test } from './signed-in.ts';

async function openStore(page: Page, host: string, store: string): Promise<void> {
  await openHost(page, host);
  await page.getByRole('link', { name: store, exact: true }).first().click();
  await expect(page.getByRole('heading', { name: store, level: 1 })).toBeVisible();
}

const card = (page: Page) => page.getByRole('region', { name: 'Forecast', exact: true });

test('a store that fills says when, by which clock, with the interval, why, and from what', async ({ page }) => {
  await openStore(page, 'ci-runner-07', '/var/lib/docker');
  await expect(card(page).getByText(/^btrfs metadata: time left$/)).toBeVisible();
  await expect(card(page).getByText(/^p10–p90 .+ – .+/)).toBeVisible();
  await expect(card(page).getByText(/^Filling.*a day \(.+ to .+\);/)).toBeVisible();
  await expect(card(page).getByText(/^Made from \d+ days, [\d,]+ hours read/)).toBeVisible();
  await expect(card(page).getByRole('listitem').filter({ hasText: 'btrfs unallocated' })).toContainText('chunks');
});

test('charts go on into the forecast, and the address says where they do not', async ({ page }) => {
  await openStore(page, 'ci-runner-07', '/var/lib/docker');
  await page.getByRole('button', { name: '30 d', exact: true }).click();
  const chart = page.getByRole('img', { name: /^Metadata committed:.*full in .* \(p10–p90 / });
  await expect(chart).toBeVisible();
  const choice = page.getByRole('button', { name: 'Show forecast', exact: true });
  await choice.click();
  await expect(choice).toHaveAttribute('aria-pressed', 'false');
  await expect(page).toHaveURL(/forecast=off/);
  await expect(chart).toBeHidden();
  await page.reload();
  await expect(choice).toHaveAttribute('aria-pressed', 'false');
  await choice.click();
  await expect(page).not.toHaveURL(/forecast=off/);
});

test('the store page says how past forecasts did, or that none has come due', async ({ page }) => {
  await openStore(page, 'ci-runner-07', '/var/lib/docker');
  await expect(page.getByRole('heading', { name: 'How past forecasts did' })).toBeVisible();
  await expect(page.getByText(/come due/).first()).toBeVisible();
});

test('a page of the past shows what was forecast then, or that nothing was', async ({ page }) => {
  await openStore(page, 'ci-runner-07', '/var/lib/docker');
  const dayAgo = new Date(Date.now() - 86_400_000).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
  await page.goto(`${page.url().split('?')[0]}?at=${dayAgo}`);
  await expect(
    card(page).getByText(/What became of it cannot be told yet|What happened since|no forecast had been made/),
  ).toBeVisible();
});

test('nothing is wider than a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openStore(page, 'ci-runner-07', '/var/lib/docker');
  await expect(card(page).getByText(/time left$/)).toBeVisible();
  const width = await page.locator('html').evaluate((html) => html.scrollWidth);
  expect(width).toBe(390);
});

for (const theme of ['dark', 'light'] as const) {
  test(`the store page with its forecast passes WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openStore(page, 'ci-runner-07', '/var/lib/docker');
    await expect(card(page).getByText(/time left$/)).toBeVisible();
    await expect(page.getByRole('heading', { name: 'How past forecasts did' })).toBeVisible();
    await expectAccessible(page);
  });
}
