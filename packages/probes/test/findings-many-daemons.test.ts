import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAEMONS_RULES } from '../../domain/src/findings/daemons-rules.ts';
import { dindPrivileged } from '../../domain/src/findings/dind-privileged/rule.ts';
import { jsonBytes, MAX_EVIDENCE_BYTES } from '../../domain/src/findings/evidence-size.ts';
import { asking, checkHostile, checkWords, edited, wordsOf } from './findings-checks.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
});
afterEach(() => host.remove());

const { ask } = asking(DAEMONS_RULES);
const OUTER = 'docker:/srv/lab/run/e/docker.sock';

/** The captured privileged container with a daemon in it, under other ids and names. */
async function lookAt(count: number, binds: (place: number) => string[] = () => []): Promise<Look> {
  await hosts.putOuterDaemon(host);
  hosts.startNestedOnTcp(host, `9:name=systemd:/labe/${hosts.DINP}\n`);
  return edited(await host.look(), ({ inventory: { docker } }) => {
    const outer = only(docker?.daemons.filter(({ key }) => key === OUTER));
    const nested = only(docker?.daemons.filter(({ nestedInContainerId }) => nestedInContainerId === hosts.DINP));
    const container = only(outer.containers?.filter(({ id }) => id === hosts.DINP));
    const ids = Array.from({ length: count }, (_, place) => place.toString(16).padStart(64, 'd'));
    outer.containers = ids.map((id, place) => ({
      ...{ ...container, id, names: [`ci-${String(place).padStart(2, '0')}`] },
      mounts: binds(place).map((source) => ({
        ...{ type: 'bind', name: null, source, destination: '/x', readOnly: false, propagation: 'rprivate' },
      })),
    }));
    if (docker !== null) {
      docker.daemons = [outer, ...ids.map((id) => ({ ...nested, key: `docker:${id}`, nestedInContainerId: id }))];
    }
  });
}

test('forty privileged containers with a daemon in each are one finding of the daemon that runs them', async () => {
  const { findings, cannotTell } = ask('dind-privileged', await lookAt(40, (place) => (place === 33 ? ['/srv'] : [])));
  expect(cannotTell).toEqual([]);
  const { subject, severity, evidence } = only(findings);
  expect([subject, severity]).toEqual([OUTER, 'warning']);
  expect(evidence).toMatchObject({
    containerCount: 40,
    leftOutCount: 24,
  });
  expect(wordsOf(dindPrivileged, evidence)).toEqual({
    title: 'ci-33, ci-00, ci-01, ci-02, ci-03 and 35 more: 40 privileged containers run a Docker daemon',
    seen: 'Docker daemons run in 40 privileged containers: ci-33, ci-00, ci-01, ci-02, ci-03 and 35 more. Paths of the host in ci-33: /srv. What the others have of it is not told here.',
  });
  checkWords(dindPrivileged, evidence);
  checkHostile(dindPrivileged, evidence);
});

test('with long paths of the host in each, the finding fits', async () => {
  const paths = Array.from({ length: 16 }, (_, place) => `/${'p'.repeat(1_000)}${place}`);
  const { evidence } = only(ask('dind-privileged', await lookAt(20, () => paths)).findings);
  expect(jsonBytes(evidence)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
  expect(evidence).toMatchObject({ containerCount: 20, containers: { length: 3 } });
});
