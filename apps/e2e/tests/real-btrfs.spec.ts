import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { expect, openThisMachine, test } from './signed-in.ts';

const IMAGE_BYTES = 512 * 1024 * 1024;
const FILE_BYTES = 96 * 1024 * 1024;
const BLOCK = Buffer.alloc(4 * 1024 * 1024, 'silt');
/** The shortest that may be set: each brings an inventory, and with it a look of the rules. */
const SLOW_BEAT_SECONDS = 10;
/** A slow beat, the next round of the worker, and the page's own. */
const LOOK_MILLISECONDS = 60_000;
const TEST_MILLISECONDS = 240_000;
const RULE = 'btrfs-unallocated-low';

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** Data in each of all chunks, and none of them full. */
function fillWithHoles(mount: string): void {
  let count = 0;
  try {
    for (; count * BLOCK.length < 2 * IMAGE_BYTES; count += 1) writeFileSync(`${mount}/block-${count}`, BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  run('sync', '-f', mount);
  for (let place = 0; place <= count; place += 2) rmSync(`${mount}/block-${place}`, { force: true });
  run('sync', '-f', mount);
}

/** Of every host that has no tag; null = as it was. */
async function setSlowBeat(request: APIRequestContext, seconds: number | null): Promise<void> {
  const data = { tag: '', horizonDays: null, fastBeatSeconds: null, slowBeatSeconds: seconds };
  const origin = process.env.SILT_E2E_ADDRESS as string;
  const answer = await request.post('/api/trpc/tagSettings.set', { data, headers: { origin } });
  expect(answer.status()).toBe(200);
}

/** Its line in a list of findings, on each of the pages. */
const lineOf = (page: Page, mount: string): Locator =>
  page.locator('main li > button[aria-expanded]').filter({ hasText: `${mount}: btrfs has no room for a new chunk` });

/** The commands of the finding that is open. */
async function remedyOf(page: Page): Promise<string[]> {
  await expect(page.getByRole('heading', { name: 'What to do' })).toBeVisible();
  return page.locator('main ol code').allInnerTexts();
}

/** The page once more until a look has what is waited for: lists that were empty are read anew. */
async function waitForLine(page: Page, address: string, line: Locator): Promise<void> {
  await expect(async () => {
    await page.goto(address);
    await expect(line).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: LOOK_MILLISECONDS });
}

const reason =
  process.getuid?.() !== 0
    ? 'needs root to mount'
    : existsSync('/usr/sbin/mkfs.btrfs') || existsSync('/sbin/mkfs.btrfs')
      ? null
      : 'needs btrfs-progs';

test.describe('a real btrfs on a loop file', () => {
  test.skip(reason !== null, reason ?? '');
  let folder = '';
  let mount = '';

  test.beforeEach(() => {
    folder = mkdtempSync(`${tmpdir()}/silt-btrfs-`);
    mount = `${folder}/mounted`;
    mkdirSync(mount);
    writeFileSync(`${folder}/image`, '');
    truncateSync(`${folder}/image`, IMAGE_BYTES);
    run('mkfs.btrfs', '--quiet', `${folder}/image`);
  });

  test.afterEach(() => {
    spawnSync('umount', [mount]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('mounted while Silt runs it appears with its allocation, and its figures move as it fills', async ({ page }) => {
    await openThisMachine(page);
    await expect(page.getByRole('link', { name: mount, exact: true })).toHaveCount(0);
    run('mount', '-o', 'loop', `${folder}/image`, mount);
    const store = page
      .getByRole('article')
      .filter({ has: page.getByRole('link', { name: mount, exact: true }) })
      .last();
    await expect(store).toBeVisible({ timeout: 10_000 });
    await expect(store.getByRole('listitem').filter({ hasText: 'Unallocated' })).toBeVisible();
    await expect(store.getByText(`${folder}/image`).first()).toBeVisible();
    await store.getByRole('link', { name: mount, exact: true }).click();
    const chart = page.getByRole('img', { name: /^Data used:/ });
    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await expect(chart).toBeVisible();
    const before = await chart.getAttribute('aria-label');
    writeFileSync(`${mount}/file`, Buffer.alloc(FILE_BYTES, 'silt'));
    run('sync', '-f', mount);
    await expect(chart).toHaveAttribute('aria-label', /9\d(\.\d+)? MiB at the end/, { timeout: 20_000 });
    expect(await chart.getAttribute('aria-label')).not.toBe(before);
  });

  test.describe('that gets full', () => {
    test.beforeEach(({ request }) => setSlowBeat(request, SLOW_BEAT_SECONDS));
    test.afterEach(({ request }) => setSlowBeat(request, null));

    test('is found on all pages with its own name in each line of the remedy, which is run, and it is found no more', async ({
      page,
    }) => {
      test.setTimeout(TEST_MILLISECONDS);
      run('mount', '-o', 'loop', `${folder}/image`, mount);
      fillWithHoles(mount);

      await openThisMachine(page);
      const hostAddress = new URL(page.url()).pathname;
      const line = lineOf(page, mount);
      await waitForLine(page, hostAddress, line);
      if ((await line.getAttribute('aria-expanded')) === 'false') await line.click();
      const lines = await remedyOf(page);
      expect(lines.length).toBeGreaterThan(2);
      for (const one of lines) expect(one).toContain(mount);

      await page.getByRole('link', { name: mount, exact: true }).last().click();
      await expect(page).toHaveURL(/\/stores\//);
      await expect(line).toHaveAttribute('aria-expanded', 'true');
      expect(await remedyOf(page)).toEqual(lines);

      const ofRule = `/findings?rule=${RULE}&open=${RULE}`;
      await page.goto(ofRule);
      await expect(line).toBeVisible();
      await line.click();
      expect(await remedyOf(page)).toEqual(lines);

      for (const one of lines) run('bash', '-c', one);
      const missed = line.filter({ hasText: /not seen for .+: resolved if that lasts/ });
      await waitForLine(page, ofRule, missed);
    });
  });
});
