import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './signed-in.ts';

const TAG = 'e2e-alarms';

const rowOf = (page: Page, name: string) =>
  page
    .getByRole('region', { name: 'By tag' })
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name, exact: true }) });

async function openAlarms(page: Page): Promise<void> {
  await page.goto('/settings/alarms');
  await expect(page.getByRole('heading', { name: 'Alarms and beats', level: 1 })).toBeVisible();
  await expect(rowOf(page, 'every host')).toBeVisible();
}

test.afterEach(async ({ page }) => {
  await openAlarms(page);
  const row = rowOf(page, TAG);
  if ((await row.count()) === 0) return;
  await row.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row).toHaveCount(0);
});

test('a tag gets a horizon, keeps it over a reload, and is changed and removed', async ({ page }) => {
  await page.goto('/settings/collectors');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Alarms and beats' }).click();
  await expect(rowOf(page, 'every host')).toContainText('7 days');
  await page.getByLabel('Tag', { exact: true }).fill(TAG);
  await page.getByLabel('Alarm horizon, days').fill('14');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/^Saved\./)).toBeVisible();
  const row = rowOf(page, TAG);
  await expect(row).toContainText('14 days');
  await expect(row.getByText('as every host')).toHaveCount(2);
  await page.reload();
  await expect(row).toContainText('14 days');

  await row.getByRole('button', { name: /^Change/ }).click();
  await expect(page.getByRole('heading', { name: `Change ${TAG}` })).toBeFocused();
  await expect(page.getByLabel('Alarm horizon, days')).toHaveValue('14');
  await page.getByLabel('Alarm horizon, days').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Fill in at least one of horizon, fast beat and slow beat.')).toBeVisible();
  await page.getByLabel('Slow beat, seconds').fill('600');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('600 s');

  await row.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row).toHaveCount(0);
});

test('what every host has is changed and reset to the built-in values', async ({ page }) => {
  await openAlarms(page);
  const row = rowOf(page, 'every host');
  await row.getByRole('button', { name: /^Change/ }).click();
  await page.getByLabel('Alarm horizon, days').fill('10');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('10 days');
  await row.getByRole('button', { name: /^Reset/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  await expect(row).toContainText('7 days');
});

test('what is no tag, or has a setting already, is told before it is sent', async ({ page }) => {
  await openAlarms(page);
  await page.getByLabel('Tag', { exact: true }).fill('no tag');
  await expect(page.getByText('“no tag” is no tag')).toBeVisible();
  await page.getByLabel('Tag', { exact: true }).fill(TAG);
  await page.getByLabel('Fast beat, seconds').fill('30');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(rowOf(page, TAG)).toContainText('30 s');
  await page.getByLabel('Tag', { exact: true }).fill(TAG);
  await expect(page.getByText(`${TAG} has a setting already. Change it in the table.`)).toBeVisible();
});

test('one who is a member sees the values and can change none', async ({ page }) => {
  // The role as the server tells it to the page; that it refuses changes of a member is tested with it.
  await page.route(/\/settings\/alarms$|\/api\/trpc\/(?!live)/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/(\\?"role\\?":\\?")owner/, '$1member');
    await route.fulfill({ response: answer, body });
  });
  await openAlarms(page);
  await expect(page.getByText('Owners and admins change it.')).toBeVisible();
  await expect(rowOf(page, 'every host')).toContainText('7 days');
  await expect(page.getByRole('button', { name: /^(Change|Remove|Reset|Save)/ })).toHaveCount(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a change from another origin is refused, whoever is signed in', async ({ request }) => {
  const data = { tag: 'evil', horizonDays: 1, fastBeatSeconds: null, slowBeatSeconds: null };
  const answer = await request.post('/api/trpc/tagSettings.set', { data, headers: { origin: 'https://evil.example' } });
  expect(answer.status()).toBe(403);
});

for (const theme of ['dark', 'light'] as const) {
  test(`the page passes WCAG 2.2 AA, its form and its dialog too, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openAlarms(page);
    await expectAccessible(page);
    await page.getByLabel('Tag', { exact: true }).fill(TAG);
    await page.getByLabel('Alarm horizon, days').fill('14');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    const remove = rowOf(page, TAG).getByRole('button', { name: /^Remove/ });
    await remove.click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(remove).toBeFocused();
  });
}

test('on a phone nothing of the page is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openAlarms(page);
  const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(wider).toBe(0);
});
