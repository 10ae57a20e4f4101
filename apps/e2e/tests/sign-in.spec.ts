import { test as base, expect } from '@playwright/test';
import { OWNER } from '../product.ts';
import { expectAccessible } from './signed-in.ts';

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  baseURL: async ({}, use) => use(process.env.SILT_E2E_ADDRESS as string),
});

test('without a session every page leads to the sign-in', async ({ page }) => {
  for (const path of ['/', '/hosts/00000000-0000-4000-8000-000000000000']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
  await expectAccessible(page);
});

test('without a session no procedure answers', async ({ request }) => {
  const answer = await request.get('/api/trpc/fleet.page');
  expect(answer.status()).toBe(401);
  expect(await answer.text()).not.toContain('ci-runner');
});

test('a wrong password is refused in words, the right one leads to the fleet', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByLabel('Password').fill('not the pass phrase');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('E-mail or password is not right.')).toBeVisible();
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Fleet', exact: true })).toBeVisible();
});

test('nobody can make a second account for himself', async ({ request }) => {
  const data = { name: 'Eve', email: 'eve@silt.example', password: 'a long enough pass phrase' };
  const origin = process.env.SILT_E2E_ADDRESS as string;
  const answer = await request.post('/api/auth/sign-up/email', { data, headers: { origin } });
  expect(answer.ok()).toBe(false);
});

test('the owner’s link does not work twice', async ({ page }) => {
  await page.goto('/welcome?token=used-or-made-up');
  await expect(page.getByRole('button', { name: 'Make the account' })).toBeHidden();
});

test('pages cannot be framed and take no script but their own', async ({ request }) => {
  const { 'content-security-policy': policy = '', ...headers } = (await request.get('/sign-in')).headers();
  expect(policy).toContain("frame-ancestors 'none'");
  expect(/script-src[^;]*/.exec(policy)?.[0]).not.toContain('unsafe-inline');
  expect(headers['x-content-type-options']).toBe('nosniff');
});
