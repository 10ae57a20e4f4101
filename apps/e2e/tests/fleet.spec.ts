import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test } from './signed-in.ts';

const SIMULATED_HOSTS = 40;

/** Of the rows, without the number of findings beside it. */
async function statesOf(page: Page): Promise<(string | undefined)[]> {
  const cells = await page.locator('tbody tr[aria-selected] td:first-child').allInnerTexts();
  return cells.map((text) => text.split('\n')[0]);
}

test('the fleet shows this machine connected, and the simulated hosts marked as such', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(`${SIMULATED_HOSTS + 1} hosts`, { exact: false }).first()).toBeVisible();
  await expect(page.locator('tbody').getByText('simulated', { exact: true })).toHaveCount(SIMULATED_HOSTS);
  const own = page.locator('tbody tr').filter({ hasNot: page.getByText('simulated', { exact: true }) });
  await expect(own.getByText('ext4').or(own.getByText('overlay2')).or(own.getByText('xfs')).first()).toBeVisible();
});

test('a beat reaches the page without a reload', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(/^Live, last beat/)).toBeVisible();
  const answers: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes('fleet.page')) answers.push(response.status());
  });
  await expect.poll(() => answers.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
  expect(new Set(answers)).toEqual(new Set([200]));
});

test('filter, state and order stand in the address and survive a reload', async ({ page }) => {
  await page.goto('/');
  // A key that comes before the page listens is lost.
  await page.locator('tbody tr[aria-selected]').first().waitFor();
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

test('a state and a tag narrow the list, and each is taken back where it was chosen', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /^Critical/ }).click();
  await expect(page.getByRole('link', { name: 'build-01', exact: true })).toBeHidden();
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'ci', exact: true }).first().click();
  await expect(page).toHaveURL(/\?tag=ci$/);
  await expect(page.getByText(/^12 hosts match the filter/)).toBeVisible();
  await page.getByRole('button', { name: /^Tag ci/ }).click();
  await expect(page.getByText(`${SIMULATED_HOSTS + 1} hosts`, { exact: false }).first()).toBeVisible();
});

test('several states are shown together, and stand in the address', async ({ page }) => {
  await page.goto('/');
  const [critical, warning] = [/^Critical/, /^Warning/].map((name) => page.getByRole('button', { name }));
  await warning?.click();
  await critical?.click();
  await expect(page).toHaveURL(/\?state=critical,warning$/);
  await page.reload();
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeVisible();
  for (const button of [critical, warning]) await expect(button as Locator).toHaveAttribute('aria-pressed', 'true');
  expect([...new Set(await statesOf(page))].sort()).toEqual(['Critical', 'Warning']);
  await critical?.click();
  await expect(page).toHaveURL(/\?state=warning$/);
});

test('hosts without a tag are a group that opens', async ({ page }) => {
  await page.goto('/?group=tag');
  const group = page.getByRole('button', { name: 'Without a tag', exact: true });
  await expect(group).toHaveAttribute('aria-expanded', /true|false/);
  if ((await group.getAttribute('aria-expanded')) === 'true') await group.click();
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  const folded = await page.locator('tbody tr[aria-selected]').count();
  await group.click();
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  expect(await page.locator('tbody tr[aria-selected]').count()).toBeGreaterThan(folded);
});

for (const width of [1440, 1101]) {
  test(`at ${width} px no column moves whatever hosts are shown, and nothing is wider than the window`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    const widths = async (address: string): Promise<number[]> => {
      await page.goto(address);
      await page.locator('tbody tr[aria-selected] a').first().waitFor();
      return page.locator('thead th').evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width));
    };
    const all = await widths('/');
    // Where there is no room for it, the column of back ends has none.
    expect(all.filter((cell) => cell < 70)).toEqual(width < 1280 ? [0] : []);
    expect(await widths('/?state=unknown&sort=name')).toEqual(all);
    expect(await widths('/?q=thin-db-02&sort=-growth')).toEqual(all);
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(wider).toBe(0);
  });
}

test('the fleet is in order of days left, each date with its interval, the unknown last', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('columnheader', { name: /^Days left/ })).toHaveAttribute('aria-sort', 'ascending');
  const rows = page.locator('tbody tr[aria-selected]');
  const texts = await rows.locator('td:nth-child(6)').allInnerTexts();
  const dated = texts.findIndex((text) => !text.includes('–'));
  expect(dated).toBeGreaterThan(3);
  for (const text of texts.slice(0, dated)) expect(text).toMatch(/^(> |under )?\d+ .* – /s);
  expect(texts.slice(dated).filter((text) => text.includes('–'))).toEqual([]);
  // The btrfs of this runner is full of metadata first, while df shows a fifth of it free.
  const first = rows.filter({ has: page.getByRole('link', { name: 'ci-runner-07', exact: true }) });
  await expect(first).toContainText('btrfs metadata of /var/lib/docker');
  const states = await statesOf(page);
  expect(states.slice(states.indexOf('Unknown')).every((state) => state === 'Unknown')).toBe(true);
  await expect(page.getByText(/fewest days left first, unknown last/)).toBeVisible();
});

test('days left sort the other way round and back, in the address', async ({ page }) => {
  await page.goto('/');
  const head = page.getByRole('button', { name: /^Days left/ });
  await head.click();
  await expect(page).toHaveURL(/\?sort=-days-left$/);
  await head.click();
  await expect(page).not.toHaveURL(/sort=/);
});

test('a group by tag tells the soonest date of its hosts', async ({ page }) => {
  await page.goto('/?group=tag');
  const group = page.locator('tbody tr').filter({ has: page.getByRole('button', { name: 'ci', exact: true }) });
  await expect(group).toContainText(/the first is full in .+ \(.+ – .+\)/);
});

test('groups by tag are folded and opened by mouse and by keyboard, and stand in the address', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Group by tag' }).click();
  const group = page.getByRole('button', { name: 'ci', exact: true });
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeVisible();
  await group.click();
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeHidden();
  await page.reload();
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  // Before that the page does not listen to keys yet.
  await expect(page.getByText('Live, last beat')).toBeVisible();
  await page.locator('tbody tr').filter({ has: group }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'ci-runner-07', exact: true })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/hosts\/[0-9a-f-]{36}$/);
});

test('the stores that grew most lead to what changed in them', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('tab', { name: 'Hosts' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Top growers' })).toBeFocused();
  await page.getByRole('button', { name: '90 d' }).click();
  await expect(page).toHaveURL(/tab=growers&range=90d/);
  const first = page.locator('tbody tr').first();
  await expect(first).toContainText(/\+[\d.]+ [GT]iB/);
  await expectAccessible(page);
  await first.getByRole('link', { name: /^What changed in/ }).click();
  await expect(page).toHaveURL(/\/compare\?a=\d{4}-\d\d-\d\dT23:59Z/);
});

test('a fleet that cannot be read says so, and is there once it can', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText(/^Live, last beat/)).toBeVisible();
  await page.route('**/api/trpc/fleet.page*', (route) => route.abort());
  await page.getByPlaceholder('Filter hosts').fill('thin-db');
  await expect(page.getByText('The server cannot be reached from here.', { exact: false })).toBeVisible();
  await page.unroute('**/api/trpc/fleet.page*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText(/^3 hosts match the filter/)).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`the fleet in groups passes WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto('/?group=tag');
    await expect(page.getByRole('link', { name: 'thin-db-02', exact: true })).toBeVisible();
    await expectAccessible(page);
  });

  test(`the fleet page passes WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto('/');
    await expect(page.getByRole('link', { name: 'thin-db-02', exact: true })).toBeVisible();
    await expectAccessible(page);
  });
}

for (const address of ['/', '/?group=tag', '/?tab=growers']) {
  test(`on a phone nothing of ${address} is cut off`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(address);
    await expect(page.getByRole('link', { name: /^(thin-db|registry)-0\d$/ }).first()).toBeVisible();
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(wider).toBe(0);
  });
}

test('the page speaks Chinese when asked to', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Switch to Chinese' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Fleet');
});

const worst = (page: Page) => page.getByRole('region', { name: 'Worst findings' });

test('the worst findings stand over the list, and lead to themselves and to the rest', async ({ page }) => {
  await page.goto('/');
  await expect(worst(page).getByRole('listitem')).toHaveCount(2, { timeout: 30_000 });
  await expect(worst(page).getByRole('listitem').first()).toContainText('Critical');
  const link = worst(page).getByRole('listitem').first().getByRole('link');
  const [, title = ''] = /^\S+: (.+)$/.exec(await link.innerText()) ?? [];
  await expectAccessible(page);
  await link.click();
  await expect(page).toHaveURL(/\/findings\?finding=[0-9a-f-]{36}\/\d+$/);
  await expect(page.getByRole('complementary', { name: 'Finding' }).getByRole('heading', { level: 2 })).toContainText(
    title,
  );
  await page.goto('/');
  await worst(page)
    .getByRole('link', { name: /^\d+ more findings$/ })
    .click();
  await expect(page).toHaveURL(/\/findings$/);
});

test('the number of findings beside the state of a host leads to them', async ({ page }) => {
  await page.goto('/?q=ci-runner-07');
  const row = page.locator('tbody tr[aria-selected]').filter({ hasText: 'ci-runner-07' });
  const count = row.getByRole('link', { name: /^\d+ findings?: \d+ critical, \d+ warnings?/ });
  await expect(count).toBeVisible({ timeout: 30_000 });
  await count.click();
  await expect(page).toHaveURL(/\/findings\?host=[0-9a-f-]{36}$/);
});

test('on a phone only the worst finding stands over the list', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await expect(worst(page).getByRole('listitem').first()).toBeVisible({ timeout: 30_000 });
  await expect(worst(page).getByRole('listitem').nth(1)).toBeHidden();
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  await expectAccessible(page);
});
