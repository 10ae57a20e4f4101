import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './signed-in.ts';

/** Rows of the list: of groups, and of the findings of those that are open. */
const rows = (page: Page) => page.locator('main [data-row]');
const groups = (page: Page) => page.locator('main h2 [data-row]');
const findings = (page: Page) => page.locator('main li li [data-row]');
const detail = (page: Page) => page.getByRole('complementary', { name: 'Finding' });

/** The demo fleet has findings as soon as the first whole inventories were judged. */
async function openFindings(page: Page, address = '/findings'): Promise<void> {
  await page.goto(address);
  await expect(groups(page).first()).toBeVisible({ timeout: 30_000 });
}

async function openFirstFinding(page: Page): Promise<void> {
  const group = groups(page).first();
  if ((await group.getAttribute('aria-expanded')) === 'false') await group.click();
  await findings(page).first().click();
}

async function widerThanWindow(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

test('what stands is told in a sentence, on its tab and in the top bar', async ({ page }) => {
  await openFindings(page);
  const sentence = page.getByText(/^\d+ critical, .* on \d+ of \d+ hosts\.$/);
  await expect(sentence).toBeVisible();
  const [critical, warning] = /(\d+) critical, (\d+) warning/.exec(await sentence.innerText())?.slice(1) ?? [];
  await expect(page.getByRole('link', { name: /^Findings/ })).toContainText(`${Number(critical) + Number(warning)}`);
  await expect(page.getByRole('tab', { name: /^Standing \d+$/ })).toHaveAttribute('aria-selected', 'true');
  expect(await widerThanWindow(page)).toBe(0);
});

test('grouping, list, severity and text stand in the address and survive a reload', async ({ page }) => {
  await openFindings(page);
  await page.getByRole('button', { name: 'By host' }).click();
  await expect(page).toHaveURL(/\?by=host$/);
  await page.getByRole('button', { name: /^Warning \d+$/ }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('ci-runner');
  await expect(page).toHaveURL(/\?by=host&q=ci-runner&severity=warning$/);
  await expect(groups(page).first()).toContainText('ci-runner');
  await page.reload();
  await expect(groups(page).first()).toContainText('ci-runner');
  await expect(page.getByRole('button', { name: /^Warning \d+$/ })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('tab', { name: /^Resolved/ }).click();
  await expect(page).toHaveURL(/\?list=resolved&by=host/);
});

test('a filter that nothing matches can be taken back', async ({ page }) => {
  await page.goto('/findings?q=no-such-thing-anywhere');
  await expect(page.getByText('No finding matches this filter.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(page).toHaveURL(/\/findings$/);
  await expect(groups(page).first()).toBeVisible();
});

test('arrows move over groups and findings, Enter opens one beside the list, and it stands in the address', async ({
  page,
}) => {
  await openFindings(page);
  const group = groups(page).first();
  await group.focus();
  if ((await group.getAttribute('aria-expanded')) === 'false') await page.keyboard.press('Enter');
  await expect(findings(page).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(findings(page).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]finding=[0-9a-f-]{36}\/\d+$/);
  await expect(detail(page).getByRole('heading', { name: 'Why it matters' })).toBeVisible();
  const [list, side] = [await rows(page).first().boundingBox(), await detail(page).boundingBox()];
  expect(side?.x ?? 0).toBeGreaterThan((list?.x ?? 0) + (list?.width ?? 0));
  await page.reload();
  await expect(detail(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
  await detail(page).getByRole('button', { name: 'Close' }).click();
  await expect(page).not.toHaveURL(/finding=/);
});

test('the steps of a remedy are named, and copied alone or as a script that deletes nothing by itself', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openFindings(page, '/findings?rule=dind-leftover');
  await openFirstFinding(page);
  const side = detail(page);
  await expect(side.getByRole('heading', { name: 'What to do' })).toBeVisible();
  const first = side.getByRole('button', { name: /^Copy: step/ }).first();
  await first.click();
  const shown = await side.locator('ol code').first().innerText();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown);
  await side.getByRole('button', { name: 'Copy all steps' }).click();
  const script = String(await page.evaluate('navigator.clipboard.readText()'));
  for (const line of script.split('\n').filter((one) => / (rm|delete|prune) /.test(one))) expect(line).toMatch(/^# /);
});

test('a finding is muted with a reason, leaves the list, and is taken back', async ({ page }) => {
  await openFindings(page, '/findings?severity=notice,warning');
  await openFirstFinding(page);
  const side = detail(page);
  const title = (await side.getByRole('heading', { level: 2 }).innerText()).split('\n').at(-1) ?? '';
  await side.getByRole('button', { name: 'Mute', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Mute it' }).click();
  await expect(dialog.getByText('Say why, in a few words.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('rebuilt on Friday');
  await dialog.getByLabel('1 day').check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Mute it' }).click();
  await expect(side.getByText('Muted: rebuilt on Friday').first()).toBeVisible();
  await page.getByRole('tab', { name: /^Muted/ }).click();
  const muted = findings(page).filter({ hasText: title });
  await expect(muted).toContainText('Muted: rebuilt on Friday');
  await muted.click();
  await side.getByRole('button', { name: 'End the mute' }).click();
  await expect(side.getByRole('button', { name: 'Mute', exact: true })).toBeVisible();
  await expect(muted).toHaveCount(0);
});

for (const theme of ['dark', 'light'] as const) {
  test(`the page is accessible in ${theme}, folded and with a finding open`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openFindings(page);
    await expectAccessible(page);
    await openFirstFinding(page);
    await expect(detail(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
    await detail(page).getByText('Evidence', { exact: true }).click();
    await expectAccessible(page);
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('a finding opens beneath its line, and nothing is wider than the window', async ({ page }) => {
    await openFindings(page);
    await openFirstFinding(page);
    const heading = page.getByRole('heading', { name: 'What to do' });
    await expect(heading).toBeVisible();
    await expect(detail(page)).toHaveCount(0);
    const [line, inPlace] = [await findings(page).first().boundingBox(), await heading.boundingBox()];
    expect(inPlace?.y ?? 0).toBeGreaterThan((line?.y ?? 0) + (line?.height ?? 0) - 1);
    expect(await widerThanWindow(page)).toBe(0);
    await expectAccessible(page);
  });

  test('a link to a finding whose line is not in the page shows it over the list', async ({ page }) => {
    await openFindings(page);
    await openFirstFinding(page);
    await expect(page).toHaveURL(/finding=/);
    const address = new URL(page.url()).searchParams.get('finding');
    await page.goto(`/findings?open=&finding=${address}`);
    await expect(detail(page).getByRole('heading', { name: 'Why it matters' })).toBeVisible();
    expect(await widerThanWindow(page)).toBe(0);
  });
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('the page and the words of the rules are in Chinese', async ({ page }) => {
    await openFindings(page);
    await expect(page.getByRole('heading', { name: '问题', level: 1 })).toBeVisible();
    await openFirstFinding(page);
    const side = page.getByRole('complementary', { name: '问题详情' });
    await expect(side.getByRole('heading', { name: '影响' })).toBeVisible();
    expect(await side.getByRole('heading', { level: 2 }).innerText()).toMatch(/\p{Script=Han}/u);
    expect(await widerThanWindow(page)).toBe(0);
  });
});
