import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, expectAccessible, test } from './signed-in.ts';

const CLI = fileURLToPath(new URL('../../cli/dist/cli.mjs', import.meta.url));
const NAME = 'e2e report';

/** Exit code and output of the command line with a key. */
function silt(args: string[], key: string): Promise<{ code: number; output: string }> {
  const env = { ...process.env, SILT_URL: process.env.SILT_E2E_ADDRESS, SILT_API_KEY: key };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
}

test('a key is made, shown once, reads on the command line, and is revoked', async ({ page }) => {
  await page.goto('/settings/collectors');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'API keys' }).click();
  await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();
  await page.getByLabel('Name').fill(NAME);
  await page.getByLabel('Good for').selectOption('7 days');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.getByRole('region', { name: 'The key to copy' }).innerText();
  expect(key.trim()).toMatch(/^silt_key_[\w-]{43}$/);
  const row = page.getByRole('row').filter({ hasText: NAME });
  await expect(row.getByText('Good')).toBeVisible();
  await expect(row.getByText('Never')).toBeVisible();
  await expectAccessible(page);

  const read = await silt(['fleet', '--json'], key.trim());
  expect(read).toMatchObject({ code: 0 });
  expect(JSON.parse(read.output)).toMatchObject({ hosts: expect.any(Array) });

  await page.reload();
  await expect(page.getByText(key.trim())).toHaveCount(0);
  await expect(row.getByText('Never')).toHaveCount(0);
  await row.getByRole('button', { name: /^Revoke/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(row.getByText('Revoked')).toBeVisible();
  expect(await silt(['fleet'], key.trim())).toMatchObject({ code: 3, output: expect.stringMatching(/was revoked/) });
});

test('a key without an end says what that means before it is made', async ({ page }) => {
  await page.goto('/settings/api-keys');
  await page.getByLabel('Good for').selectOption('It does not expire');
  await expect(page.getByText('Whoever finds it reads until somebody revokes it.')).toBeVisible();
});
