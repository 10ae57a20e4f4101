import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, openThisMachine, test } from './signed-in.ts';

const IMAGE_BYTES = 512 * 1024 * 1024;
const FILE_BYTES = 96 * 1024 * 1024;

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
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
});
