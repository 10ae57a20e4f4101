import { expect, expectAccessible, openHost, openThisMachine, test } from './signed-in.ts';

test('the page of this machine shows what its collector read', async ({ page }) => {
  await openThisMachine(page);
  await expect(page.getByText('Connected').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Probe coverage' })).toBeVisible();
  await expect(page.getByText('File systems, inodes')).toBeVisible();
  await expect(page.getByText(/kernel \d+\.\d+/).first()).toBeVisible();
});

test('a simulated btrfs host shows its allocation, its store page the history', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await expect(page.getByRole('listitem').filter({ hasText: 'Unallocated' }).first()).toBeVisible();
  await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
  await expect(page.getByRole('img', { name: /^Metadata committed:/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Unallocated:/ })).toBeVisible();
});

for (const range of ['1 h', '6 h', '24 h', '7 d', '30 d', '90 d']) {
  test(`the store page shows ${range} and keeps the range in the address`, async ({ page }) => {
    await openHost(page, 'thin-db-02');
    await page.getByRole('link', { name: 'vg0/docker', exact: true }).first().click();
    const choice = page.getByRole('button', { name: range, exact: true });
    await choice.click();
    await expect(page.getByRole('img', { name: /^Thin pool metadata:/ })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(range === '24 h' ? '' : `range=${range.replace(' ', '')}`));
  });
}

test('an outage of the collector stays a hole in the chart', async ({ page }) => {
  await openHost(page, 'ci-runner-07');
  await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
  await page.getByRole('button', { name: '90 d', exact: true }).click();
  await expect(page.getByRole('img', { name: /[1-9]\d* holes? without data/ }).first()).toBeVisible();
});

test('a host says which of its stores is full first and when, and each store what is forecast of it', async ({
  page,
}) => {
  await openHost(page, 'thin-db-02');
  await expect(page.getByText('Thin pool metadata of vg0/docker:')).toBeVisible();
  await expect(page.getByText(/ left \(p10–p90 .+ – .+\)/)).toHaveCount(2);
  await expect(page.getByText('Steady', { exact: true }).first()).toBeVisible();
});

test('this machine is too young for a date, and says so', async ({ page }) => {
  await openThisMachine(page);
  await expect(
    page.getByText(/^No forecast yet: the first is made within the hour\.$|^Too short$/).first(),
  ).toBeVisible();
});

test('a host that is not there answers in words', async ({ page }) => {
  await page.goto('/hosts/00000000-0000-4000-8000-000000000000');
  await expect(page.getByText('There is no such thing, or it is not yours to see.')).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`host and store page pass WCAG 2.2 AA, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openHost(page, 'ci-runner-07');
    await expectAccessible(page);
    await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
    await expect(page.getByRole('img', { name: /^Metadata committed:/ })).toBeVisible();
    await expectAccessible(page);
  });
}

for (const { width, height, least } of [
  { width: 1440, height: 900, least: 24 },
  { width: 390, height: 844, least: 36 },
]) {
  test(`at ${width} px the lowest control of host and store page is ${least} px high`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    const controls = page.getByRole('main').locator('.btn:visible');
    const lowest = (): Promise<number> =>
      controls.evaluateAll((all) => Math.min(...all.map((control) => control.getBoundingClientRect().height)));
    await openHost(page, 'ci-runner-07');
    expect(await lowest()).toBe(least);
    await page.getByRole('link', { name: '/var/lib/docker', exact: true }).first().click();
    await expect(page.getByRole('img', { name: /^Metadata committed:/ })).toBeVisible();
    expect(await lowest()).toBe(least);
  });
}
