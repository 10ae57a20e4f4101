import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

/** React has taken over what the server rendered; keys and clicks before that are lost. */
const IS_HYDRATED = `[...document.querySelectorAll('main a, main button')].every((element) =>
  Object.keys(element).some((key) => key.startsWith('__reactProps')))`;

/** A page of the owner who signed in when the product was set up; it is opened once it can be used. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  baseURL: async ({}, use) => use(process.env.SILT_E2E_ADDRESS as string),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  storageState: async ({}, use) => use(process.env.SILT_E2E_SESSION as string),
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page);
    page.goto = async (...address) => {
      const answer = await goto(...address);
      await expect.poll(() => page.evaluate(IS_HYDRATED)).toBe(true);
      return answer;
    };
    await use(page);
  },
});

export { expect };

/** Rows of the fleet table that are this machine: the only host that is not simulated. */
export async function openThisMachine(page: Page): Promise<void> {
  await page.goto('/');
  const row = page.getByRole('row').filter({ hasNot: page.getByText('simulated', { exact: true }) });
  await row.locator('td:nth-child(2)').getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'Storage', exact: true })).toBeVisible();
}

export async function openHost(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  // It is loaded late and moves all below it.
  await expect(page.getByRole('heading', { name: 'Storage stack' })).toBeVisible();
}

/** WCAG 2.2 A and AA, once the page is at rest; fails with the rule and the element. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectAtRest(page);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

/** What is read again is paler and what fades is between two colours: neither has the contrast that stays. */
async function expectAtRest(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => {})');
}
