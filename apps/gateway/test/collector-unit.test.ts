import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import NODE_FLAGS from '../../collector/node-flags.json' with { type: 'json' };
import UNIT_ENVIRONMENT from '../../collector/unit-environment.json' with { type: 'json' };
import { findProgram } from './installing-host.ts';
import { ROOT } from './listening-gateway.ts';

const UNIT = readFileSync(`${ROOT}/deploy/collector/silt-collector.service`, 'utf8');

// systemd-analyze is on Debian with systemd alone; scripts/setup-debian installs it.
test.skipIf(findProgram('systemd-analyze') === undefined)('systemd finds nothing wrong with the unit', () => {
  const folder = mkdtempSync(`${tmpdir()}/silt-unit-`);
  const unit = `${folder}/silt-collector.service`;
  // It also looks whether the program is there.
  writeFileSync(unit, UNIT.replace('/usr/local/lib/silt/node', process.execPath));
  const { stdout, stderr, status } = spawnSync(findProgram('systemd-analyze') ?? '', ['verify', '--man=no', unit]);
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
  rmSync(folder, { recursive: true });
});

test('the unit makes no mount namespace, in which the collector would see other mounts than the host', () => {
  const settings = UNIT.split('\n').filter((line) => /^[A-Z]/.test(line));
  const making = /^(Protect|Private|ReadOnly|ReadWrite|Inaccessible|Mount|RootDirectory|TemporaryFileSystem|Bind)/;
  expect(settings.filter((line) => making.test(line))).toEqual([]);
});

test.for([
  'collector/silt-collector.service',
  'collector/Dockerfile',
  'collector/kubernetes.yaml',
  'collector.Dockerfile',
])('%s starts the collector with the flags and the environment that it is measured with', (file) => {
  const words = readFileSync(`${ROOT}/deploy/${file}`, 'utf8').replaceAll(/["',]/g, '');
  expect(words).toContain(`${NODE_FLAGS.join(' ')} /`);
  const set = words
    .replaceAll('Environment=', '')
    .replaceAll(/name: (\w+) value: (\d+)/g, '$1=$2')
    .split(/\s+/);
  expect(set).toEqual(
    expect.arrayContaining(Object.entries(UNIT_ENVIRONMENT).map(([name, value]) => `${name}=${value}`)),
  );
});
