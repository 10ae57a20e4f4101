import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedAnswers, FakeDockerHost } from './fake-docker.ts';
import { fixture } from './fixture.ts';

const SOCKET = '/var/run/docker.sock';
const ROOT = '/srv/lab/mnt/ext/docker';
const O4 = '9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361';
const O1 = 'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767';

let host: FakeDockerHost;
beforeEach(() => {
  host = new FakeDockerHost();
});
afterEach(() => host.remove());

const logOf = (id: string, root = ROOT): string => `${root}/containers/${id}/${id}-json.log`;
/** What `du` would say. */
const diskBytes = (path: string): number => statSync(join(host.folder, path)).blocks * 512;
async function logBytesOf(id: string) {
  const { value, problems } = await host.read();
  const containers = value.daemons.flatMap((daemon) => daemon.containers ?? []);
  return { bytes: containers.find((one) => one.id === id)?.details?.logBytes, problems };
}
/** The details of a container with a field of its edited. */
const answersWith = (edit: (details: { HostConfig: object; LogPath: string }) => void) => {
  const details = JSON.parse(fixture(`docker-inventory/overlay2-1-normal/api_containers_${O4}_json.json`));
  edit(details);
  return { ...capturedAnswers('overlay2-1-normal'), [`/containers/${O4}/json`]: JSON.stringify(details) };
};

describe('bytes of a log', () => {
  test('the blocks of it and of its rotated siblings, compressed ones too, up to the first that is not there', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    const names = ['', '.1', '.2.gz'].map((end) => `host${logOf(O4)}${end}`);
    for (const name of names) host.put(name, 'x'.repeat(10_000));
    host.put(`host${logOf(O4)}.4`, 'x'.repeat(10_000));
    const expected = names.reduce((sum, name) => sum + diskBytes(name), 0);
    expect(expected).toBeGreaterThanOrEqual(30_000);
    expect(await logBytesOf(O4)).toEqual({ bytes: expected, problems: [] });
    expect((await logBytesOf(O1)).bytes).toBeNull();
  });

  test('twenty rotated ones at the most', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    for (let number = 0; number <= 30; number += 1) {
      host.put(`host${logOf(O4)}${number === 0 ? '' : `.${number}`}`, 'x'.repeat(5_000));
    }
    expect((await logBytesOf(O4)).bytes).toBe(21 * diskBytes(`host${logOf(O4)}`));
  });

  test('is read anew at each look, while the container is not inspected again', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    const memory = new Map();
    const bytes = async () => {
      const { value } = await host.read({ memory });
      return value.daemons[0]?.containers?.find(({ id }) => id === O4)?.details?.logBytes;
    };
    host.put(`host${logOf(O4)}`, 'x'.repeat(5_000));
    const first = await bytes();
    host.put(`host${logOf(O4)}`, 'x'.repeat(500_000));
    expect(await bytes()).toBeGreaterThan(Number(first));
  });

  test("of the daemon's own root where it runs, and of the host's where there is no process to see", async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    host.put(`own${logOf(O4)}`, 'x'.repeat(50_000));
    host.put(`host${logOf(O4)}`, 'x'.repeat(5_000));
    expect((await logBytesOf(O4)).bytes).toBe(diskBytes(`host${logOf(O4)}`));
    host.run({ pid: 40 }, 'own');
    expect((await logBytesOf(O4)).bytes).toBe(diskBytes(`own${logOf(O4)}`));
  });

  test('of the driver "local", whose path Docker does not tell', async () => {
    const edit = (details: { HostConfig: object; LogPath: string }): void => {
      details.LogPath = '';
      Object.assign(details.HostConfig, { LogConfig: { Type: 'local', Config: {} } });
    };
    await host.listen(`host${SOCKET}`, answersWith(edit));
    const path = `host${ROOT}/containers/${O4}/local-logs/container.log`;
    host.put(path, 'x'.repeat(20_000));
    expect((await logBytesOf(O4)).bytes).toBe(diskBytes(path));
  });

  test.each(['/etc/passwd', `${ROOT}/../../etc/passwd`, `${ROOT}/containers/${O1}/${O1}-json.log`, ''])(
    'a daemon that names %j as the log is not believed',
    async (path) => {
      await host.listen(
        `host${SOCKET}`,
        answersWith((details) => Object.assign(details, { LogPath: path })),
      );
      host.put('host/etc/passwd', 'x');
      host.put(`host${logOf(O1)}`, 'x');
      expect(await logBytesOf(O4)).toEqual({ bytes: null, problems: [] });
    },
  );

  test('a folder or a log that is a link is not followed', async () => {
    await host.listen(`host${SOCKET}`, capturedAnswers('overlay2-1-normal'));
    host.put(`host/elsewhere/${O4}-json.log`, 'x'.repeat(50_000));
    host.link(`host${ROOT}/containers/${O4}`, join(host.folder, 'host/elsewhere'));
    host.makeFolder(`host${ROOT}/containers/${O1}`);
    host.link(`host${logOf(O1)}`, join(host.folder, `host/elsewhere/${O4}-json.log`));
    expect(await logBytesOf(O4)).toEqual({ bytes: null, problems: [] });
    expect((await logBytesOf(O1)).bytes).toBeNull();
  });
});
