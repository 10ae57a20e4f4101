import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { chromium } from '@playwright/test';
import { startProduct } from '../../scripts/test/start-product.ts';

const BEAT_SECONDS = 2;

export const OWNER = { name: 'Ada Owner', email: 'ada@silt.example', password: 'a long enough pass phrase' };

/** One product for all browser tests: real Postgres, collector, gateway, worker and web, with the demo fleet beside. */
export default async function setUpProduct(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(`${tmpdir()}/silt-e2e-`);
  const product = await startProduct({
    dataFolder: `${folder}/data`,
    options: ['--demo', '--beat', `${BEAT_SECONDS}`],
  });
  process.env.SILT_E2E_ADDRESS = product.origin;
  process.env.SILT_E2E_GATEWAY_PORT = String(product.gatewayPort);
  process.env.SILT_E2E_SESSION = `${folder}/session.json`;
  try {
    await makeOwner(product.address, process.env.SILT_E2E_SESSION);
  } catch (error) {
    await product.stop();
    throw error;
  }
  return async () => {
    await product.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Opens the printed address as a new user does, fills the one form, and keeps the session for the tests. */
async function makeOwner(address: string, sessionFile: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH as string,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await page.getByLabel('Name').fill(OWNER.name);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: /account/i }).click();
    await page.getByRole('heading', { name: 'Fleet', exact: true }).waitFor();
    writeFileSync(sessionFile, JSON.stringify(await page.context().storageState()));
  } finally {
    await browser.close();
  }
}
