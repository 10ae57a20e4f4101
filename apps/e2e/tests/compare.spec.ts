import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, openHost, test } from './signed-in.ts';

/** The store of a simulated host that leaks leftovers of a nested Docker. */
async function openStore(page: Page): Promise<void> {
  await openHost(page, 'ci-runner-07');
  await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: '/var/lib/docker', level: 1 })).toBeVisible();
}

async function openComparison(page: Page): Promise<void> {
  await openStore(page);
  await page.getByRole('link', { name: 'Compare with 7 days ago' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^[+−].* in 7 days$/);
}

const groupOfLeftovers = (page: Page) => page.getByRole('button', { name: /volumes with leftovers/ });

test('a comparison says by how much the store grew, and what most of it is', async ({ page }) => {
  await openComparison(page);
  await expect(page.getByText(/volumes with leftovers of a nested Docker[.,]/)).toBeVisible();
  await expect(page.getByRole('img', { name: /^From .* to .*: Leftover \+/ })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'what no known item explains' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: /^SumData used/ })).toBeVisible();
});

test('a leak that has no name is the first thing that is said of it', async ({ page }) => {
  await openHost(page, 'ci-runner-12');
  await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
  await page.getByRole('link', { name: 'Compare with 7 days ago' }).click();
  await page.getByRole('button', { name: '30 days' }).click();
  await expect(page.getByText(/no known item explains( \+.*;|\.$)/i).first()).toBeVisible();
});

test('like items are folded, and unfold to those that they are', async ({ page }) => {
  await openComparison(page);
  const rows = page.getByRole('table', { name: 'Items that changed' }).getByRole('row');
  const folded = await rows.count();
  await groupOfLeftovers(page).first().click();
  await expect(groupOfLeftovers(page).first()).toHaveAttribute('aria-expanded', 'true');
  expect(await rows.count()).toBeGreaterThan(folded + 2);
});

test('changes are filtered by what happened and by text', async ({ page }) => {
  await openComparison(page);
  await page.getByRole('button', { name: /Removed \d+$/ }).click();
  await expect(page.getByRole('cell', { name: 'Added' })).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type('nothing has this name');
  await expect(page.getByText('No change matches this filter.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(groupOfLeftovers(page).first()).toBeVisible();
});

test('both moments live in the address, move by the keyboard and swap', async ({ page }) => {
  await openComparison(page);
  await page.getByRole('button', { name: '30 days' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ in 30 days$/);
  await expect(page).toHaveURL(/[?&]a=\d{4}-.*&b=\d{4}-/);
  const before = page.url();
  await page.getByRole('slider', { name: 'Moment A' }).focus();
  await page.keyboard.press('PageUp');
  await expect(page).not.toHaveURL(before);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ in 2\d days$/);
  await page.getByRole('button', { name: 'Swap A and B' }).click();
  await expect(page.getByText('A is later than B')).toBeVisible();
  await page.reload();
  await expect(page.getByText('A is later than B')).toBeVisible();
});

test('a CSV has every change and the sum', async ({ page }) => {
  await openComparison(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^silt_.*\.csv$/);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text).toContain('/var/lib/docker,added,leftover,');
  expect(text).toMatch(/\/var\/lib\/docker,sum,,dataUsedBytes,btrfs:/);
});

test('what cannot be compared is said in words', async ({ page }) => {
  await openComparison(page);
  const path = new URL(page.url()).pathname;
  await page.goto(`${path}?a=2020-01-01T00:00Z`);
  await expect(page.getByText('A: nothing had been read by this moment')).toBeVisible();
  await page.goto(`${path}?a=2026-01-01T00:00Z&b=2026-01-01T00:00Z`);
  await expect(page.getByText('A and B are the same moment')).toBeVisible();
  await page.goto(`${path}?a=yesterday`);
  await expect(page.getByText('The address names a moment that is none.')).toBeVisible();
});

test('a host comparison lists its stores and leads to each', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('ci-runner-07, 7 days compared');
  await page.getByRole('link', { name: '/var/lib/docker', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ in 7 days$/);
});

test('the store page shows what it holds, and of a past moment what it held', async ({ page }) => {
  await openStore(page);
  await page.getByRole('button', { name: '30 d', exact: true }).click();
  await expect(page.getByRole('img', { name: /^What holds the space from .*Volume / })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Unattributed: / })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Largest items' })).toBeVisible();
  await page.getByRole('button', { name: /^−1 d/ }).click();
  await expect(page.getByText('You are looking at the past.')).toBeVisible();
  await expect(page).toHaveURL(/range=30d/);
  await expect(page).toHaveURL(/at=/);
});

for (const range of ['180 d', '1 y']) {
  test(`the store page shows ${range}`, async ({ page }) => {
    await openStore(page);
    await page.getByRole('button', { name: range, exact: true }).click();
    await expect(page.getByRole('img', { name: /^Data used: / })).toBeVisible();
    await expect(page.getByRole('img', { name: /^What holds the space/ })).toBeVisible();
  });
}

for (const theme of ['dark', 'light'] as const) {
  test(`comparison of a store and of a host pass WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openComparison(page);
    await groupOfLeftovers(page).first().click();
    await expectAccessible(page);
    await page.goto(new URL(page.url()).pathname.replace(/\/stores\/.*/, '/compare'));
    await expect(page.getByRole('table', { name: 'Stores at A and B' })).toBeVisible();
    await expectAccessible(page);
  });
}

test('a comparison fits a phone', async ({ page }) => {
  await openComparison(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(groupOfLeftovers(page).first()).toBeVisible();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});
