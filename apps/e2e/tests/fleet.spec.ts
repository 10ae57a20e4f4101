import { expect, expectAccessible, test } from './signed-in.ts';

const SIMULATED_HOSTS = 40;

test('the fleet shows this machine connected, and the simulated hosts marked as such', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(`${SIMULATED_HOSTS + 1} hosts`, { exact: false }).first()).toBeVisible();
  await expect(page.getByText('simulated', { exact: true })).toHaveCount(SIMULATED_HOSTS);
  const own = page.locator('tbody tr').filter({ hasNot: page.getByText('simulated', { exact: true }) });
  await expect(own.getByText('ext4').or(own.getByText('overlay2')).or(own.getByText('xfs')).first()).toBeVisible();
});

test('a beat reaches the page without a reload', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(/^Live, last beat/)).toBeVisible();
  const answers: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes('fleet.list')) answers.push(response.status());
  });
  await expect.poll(() => answers.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
  expect(new Set(answers)).toEqual(new Set([200]));
});

test('filter, state and order stand in the address and survive a reload', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('/');
  await page.keyboard.type('thin-db-02');
  await expect(page.getByRole('link', { name: 'thin-db-02', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeHidden();
  await page.getByRole('button', { name: /Host/ }).first().click();
  const address = page.url();
  expect(address).toContain('thin-db-02');
  await page.reload();
  expect(page.url()).toBe(address);
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeHidden();
});

test('arrows move over the rows and Enter opens one', async ({ page }) => {
  await page.goto('/');
  await page.locator('tbody tr[aria-selected]').first().waitFor();
  await page.locator('tbody tr[tabindex="0"]').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/hosts\/[0-9a-f-]{36}$/);
});

for (const theme of ['dark', 'light'] as const) {
  test(`the fleet page passes WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto('/');
    await expect(page.getByRole('link', { name: 'thin-db-02', exact: true })).toBeVisible();
    await expectAccessible(page);
  });
}

test('on a phone the rows are cards and nothing is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'thin-db-02', exact: true })).toBeVisible();
  const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(wider).toBe(0);
});

test('the page speaks Chinese when asked to', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Switch to Chinese' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Fleet');
});
