import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding, RemedyStep } from '../../domain/src/findings/rule.ts';
import { only } from './incident-host.ts';
import { FindingLife, remedyOf, shell } from './real-incident.ts';
import { describeReal, programPath } from './real-machine.ts';

const MIB = 1024 ** 2;
const OUTER_BYTES = 500 * MIB;
const INNER_BYTES = 300 * MIB;
const BALLAST_BYTES = 300 * MIB;
const LEFT_BYTES = 3 * MIB;
const PROGRAMS = ['mkfs.ext4', 'mount', 'umount', 'fstrim', 'fallocate', 'findmnt', 'stat', 'df', 'bash'];

const run = (name: string, ...parameters: string[]): string =>
  execFileSync(programPath(name) ?? name, parameters, { encoding: 'utf8' }).trim();

describeReal('an ext4 on a loop file on an ext4 on a loop file', { loopDevices: true, programs: PROGRAMS }, () => {
  const folder = mkdtempSync(join(tmpdir(), "silt o'loop-"));
  const [outer, inner, ballast] = [join(folder, 'outer'), join(folder, 'in ner'), join(folder, 'outer/ballast')];
  const images = { outer: join(folder, 'outer.img'), inner: join(outer, 'docker volume.img') };

  const makeFileSystem = (image: string, bytes: number, mountPoint: string, options: string) => {
    writeFileSync(image, '');
    truncateSync(image, bytes);
    run('mkfs.ext4', '-q', '-F', image);
    mkdirSync(mountPoint);
    run('mount', '-o', options, image, mountPoint);
  };
  beforeAll(() => {
    makeFileSystem(images.outer, OUTER_BYTES, outer, 'loop');
    writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES, 1));
    // As incident 5 has it.
    makeFileSystem(images.inner, INNER_BYTES, inner, 'loop,noatime,commit=60,barrier=0');
  });
  afterAll(() => {
    for (const mountPoint of [inner, outer]) spawnSync(programPath('umount') ?? 'umount', [mountPoint]);
    rmSync(folder, { recursive: true, force: true });
  });

  const summaries = (findings: readonly Finding[]) =>
    findings.map(({ rule, subject, severity }) => `${severity} ${rule} ${subject.slice('mount:'.length)}`);
  const stepsOf = (finding: Finding, kind: RemedyStep['kind']) =>
    remedyOf(finding)
      .filter((step) => step.kind === kind)
      .map(({ command }) => command ?? '');

  test('is found, gets critical as its room is used up, and is settled by its own commands', async () => {
    const life = new FindingLife(folder, [inner, outer]);
    const found = await life.begin();
    expect(summaries(found)).toEqual([`warning loop-overcommit ${inner}`, `warning loop-risky-options ${inner}`]);
    expect(found[0]?.evidence).toMatchObject({ backingFile: images.inner, imageBytes: INNER_BYTES });

    const { bavail, bsize } = statfsSync(outer);
    writeFileSync(join(inner, 'layer'), Buffer.alloc(bavail * bsize - LEFT_BYTES, 2));
    const worse = await life.look();
    expect(summaries(worse)).toEqual([
      `critical loop-overcommit ${inner}`,
      `warning loop-risky-options ${inner}`,
      `critical fs-full ${outer}`,
    ]);
    const [overcommit, risky] = worse;
    if (overcommit === undefined || risky === undefined) throw new Error('not found');

    // Without room for all of it nothing is claimed.
    const [, claim = ''] = stepsOf(overcommit, 'run');
    expect(shell(claim).status).toBe(1);
    expect(summaries(await life.look())).toEqual(summaries(worse));
    expect(life.told.slice(2)).toEqual(['worse loop-overcommit', 'opened fs-full']);

    rmSync(join(inner, 'layer'));
    run('sync');
    for (const line of [...stepsOf(overcommit, 'look').slice(0, 1), ...stepsOf(overcommit, 'dry-run')]) {
      expect(shell(line)).toMatchObject({ status: 0, stderr: '' });
    }
    const [trim = ''] = stepsOf(overcommit, 'run');
    expect(shell(trim).stdout).toContain('trimmed');
    rmSync(ballast);
    for (const line of [claim, ...stepsOf(risky, 'run')]) expect(shell(line)).toMatchObject({ status: 0, stderr: '' });
    expect(shell(only(stepsOf(risky, 'expect'))).stdout).not.toMatch(/nobarrier|commit=60/);
    await life.end();
    for (const rule of ['loop-overcommit', 'loop-risky-options', 'fs-full']) life.expectNoPromise(rule);
  }, 60_000);
});
