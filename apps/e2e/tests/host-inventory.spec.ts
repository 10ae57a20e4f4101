import type { Page } from '@playwright/test';
import { expect, expectAccessible, openHost, test } from './signed-in.ts';

const inventory = (page: Page) => page.getByRole('region', { name: 'Inventory', exact: true });
const asOf = (page: Page) => page.getByRole('region', { name: 'Moment shown' });
const stack = (page: Page) => page.getByRole('region', { name: 'Storage stack, from disk to containers' });

test('the storage stack leads from the disk to what the daemon holds', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  for (const name of ['nvme0n1', 'nvme0n1p3', 'dockerd']) {
    await expect(stack(page).getByRole('button', { name, exact: true })).toBeVisible();
  }
  await expect(stack(page).getByText(/^\d+ leftovers$/)).toBeVisible();
  await stack(page).getByRole('link', { name: '/var/lib/docker', exact: true }).click();
  await expect(page).toHaveURL(/\/stores\//);
});

test('a group of the stack leads to its items in the inventory', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await stack(page)
    .getByText(/^\d+ leftovers$/)
    .click();
  await expect(page).toHaveURL(/kind=leftover/);
  await expect(inventory(page).getByRole('button', { name: /^Leftover/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(inventory(page).getByRole('cell', { name: 'Volume', exact: true })).toHaveCount(0);
});

test('the stack is a list where asked for, and on a phone', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await page.getByRole('button', { name: 'As list' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'nvme0n1p3' }).first()).toBeVisible();
  await expect(stack(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'As graph' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(stack(page)).toBeHidden();
  await expect(page.getByRole('listitem').filter({ hasText: 'nvme0n1p3' }).first()).toBeVisible();
  expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
});

test('the inventory is filtered by text from the keyboard, and keeps the filter in the address', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await expect(inventory(page).getByRole('row').nth(1)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('npm-cache');
  await expect(page).toHaveURL(/q=npm-cache/);
  await expect(inventory(page).getByText('runner_npm-cache')).toBeVisible();
  await expect(inventory(page).getByText(/^1 of \d+ items/)).toBeVisible();
  await page.reload();
  await expect(inventory(page).getByText(/^1 of \d+ items/)).toBeVisible();
  // The card's script comes after the page's own: what is typed before it is there is not heard.
  await expect(async () => {
    await inventory(page).getByRole('searchbox').fill('nothing has this name');
    await expect(page).toHaveURL(/q=nothing/, { timeout: 1_000 });
  }).toPass();
  await inventory(page).getByRole('button', { name: 'Clear the filter' }).click();
  await expect(page).not.toHaveURL(/q=/);
});

test('the inventory is sorted by a column, shows the rest on demand, and sums what is known', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await inventory(page).getByRole('button', { name: 'Item', exact: true }).click();
  await expect(page).toHaveURL(/sort=name/);
  await inventory(page)
    .getByRole('button', { name: /^Show \d+ more items$/ })
    .click();
  await expect(inventory(page).getByRole('button', { name: /^Show/ })).toHaveCount(0);
  await expect(inventory(page).getByRole('rowheader', { name: /^Known items/ })).toBeVisible();
  await expect(inventory(page).getByRole('rowheader', { name: /^Unattributed/ })).toBeVisible();
});

test('a page of the past says so, has the state of then, and comes back to live', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await expect(asOf(page).getByText('Live').first()).toBeVisible();
  await asOf(page).getByRole('button', { name: '−1 d, A day back' }).click();
  await expect(page).toHaveURL(/at=\d{4}-/);
  await expect(asOf(page).getByText(/You are looking at the past/)).toBeVisible();
  await asOf(page).getByRole('slider').press('ArrowLeft');
  const before = page.url();
  await expect.poll(() => page.url()).not.toBe(before);
  await page.reload();
  await expect(asOf(page).getByText(/You are looking at the past/)).toBeVisible();
  await asOf(page).getByRole('button', { name: 'Live', exact: true }).click();
  await expect(page).not.toHaveURL(/at=/);
});

test('a moment that cannot be shown is said in words', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  const address = page.url();
  await page.goto(`${address}?at=2020-01-01T00:00Z`);
  await expect(asOf(page).getByText(/By this moment nothing had come from this host/)).toBeVisible();
  await expect(page.getByText('By this moment no inventory had been read.')).toBeVisible();
  await page.goto(`${address}?at=2999-01-01T00:00Z`);
  await expect(asOf(page).getByText(/a moment that has not come/)).toBeVisible();
  await page.goto(`${address}?at=yesterday`);
  await expect(asOf(page).getByText(/names no moment/)).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`stack, inventory and past pass WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openHost(page, 'build-03');
    await expect(inventory(page).getByRole('row').nth(1)).toBeVisible();
    await asOf(page).getByRole('button', { name: '−1 d, A day back' }).click();
    await expect(asOf(page).getByText(/You are looking at the past/)).toBeVisible();
    await expectAccessible(page);
  });
}
