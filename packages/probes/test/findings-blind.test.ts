import type { ProbeReport } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonBytes, MAX_EVIDENCE_BYTES } from '../../domain/src/findings/evidence-size.ts';
import { SYSTEM_RULES } from '../../domain/src/findings/system-rules.ts';
import { asking, ruleOf } from './findings-checks.ts';
import { IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

let host: IncidentHost;
beforeEach(() => {
  host = new IncidentHost();
});
afterEach(() => host.remove());

const { ask, exampleOf } = asking(SYSTEM_RULES);

describe('probe-blind', () => {
  const blindOf = (look: Look) => ask('probe-blind', look).findings;
  const probesOf = (look: Look) => {
    const { probes } = (blindOf(look)[0]?.evidence ?? {}) as { probes?: { probe: string }[] };
    return (probes ?? []).map(({ probe }) => probe);
  };
  /** Of the probes of a host these alone were not read (edits of their reports). */
  async function blindLook(reports: Partial<ProbeReport>[]): Promise<Look> {
    hosts.putLoopSample(host, 0);
    const look = await host.look();
    look.inventory.probes = [];
    look.snapshot.probes = reports.map((one, place) => ({
      ...{ probe: `probe-${place}`, status: 'failed', reason: 'x.', durationMilliseconds: 1 },
      ...one,
    }));
    return look;
  }

  test('what a probe of a captured host could not read, why, and the right that it takes', async () => {
    await hosts.putThinStep(host, 'B02-three-running');
    const blind = await host.look({
      // The answer that dmsetup gives to a user who is not root: thin-pool/status-by-privilege.json.
      dmsetup: async () => ({ status: 'unavailable', text: 'dmsetup needs root' }),
    });
    const found = only(blindOf(blind));
    expect(found).toMatchObject({ subject: 'probes', storeKey: null, severity: 'notice' });
    const { probes } = found.evidence as { probes?: { probe: string }[] };
    const { probes: told } = exampleOf('probe-blind') as { probes?: object[] };
    expect(probes?.filter(({ probe }) => probe === 'thin-pools')).toEqual(told);
  });

  test('near miss: a probe that read all but some of many is not blind', async () => {
    const look = await blindLook([{ probe: 'filesystems', status: 'ok', reason: '/mnt/nas: permission denied.' }]);
    expect(ask('probe-blind', look)).toEqual({ findings: [], cannotTell: [] });
  });

  test('many are one finding: those that fail first, as severe as the worst, all rights in one change', async () => {
    const look = await blindLook([
      { probe: 'thin-pools', status: 'unavailable' },
      { probe: 'mounts', status: 'unavailable', reason: null },
      { probe: 'subvolumes', status: 'unavailable' },
      { probe: 'zfs' },
    ]);
    const found = only(blindOf(look));
    expect(found).toMatchObject({ severity: 'warning', evidence: { failedCount: 1, unavailableCount: 3 } });
    expect(probesOf(look)).toEqual(['zfs', 'mounts', 'subvolumes', 'thin-pools']);
    expect(found.evidence).toMatchObject({ probes: [{ missing: 'probe-failed', capability: null }, {}, {}, {}] });
    const rule = ruleOf(SYSTEM_RULES, 'probe-blind');
    const steps = rule.remedy(found.evidence);
    expect(steps.filter(({ kind }) => kind === 'edit').map(({ command }) => command)).toEqual([
      '[Service]\nCapabilityBoundingSet=CAP_SYS_ADMIN CAP_SYS_PTRACE',
      '--cap-add SYS_ADMIN --cap-add SYS_PTRACE --pid=host --device /dev/mapper/control',
    ]);
    expect(rule.text.en.title(found.evidence)).toBe('1 probe fails, 3 may not read, or find nothing to read');
    expect(rule.text['zh-CN'].title(found.evidence)).toBe('1 个探针失败；3 个探针没有权限，或没有可读的内容');
    for (const probe of probesOf(look)) expect(rule.text.en.seen(found.evidence)).toContain(`"${probe}"`);
  });

  test.each([
    [[{}], 'The probe "probe-0" fails'],
    [[{}, {}], '2 probes fail'],
    [
      [{ status: 'unavailable' as const }, { status: 'unavailable' as const }],
      '2 probes may not read, or find nothing to read',
    ],
  ])('%o: %s', async (reports, title) => {
    const { evidence } = only(blindOf(await blindLook(reports)));
    expect(ruleOf(SYSTEM_RULES, 'probe-blind').text.en.title(evidence)).toBe(title);
  });

  test('of probes without end and with endless reasons, those that fit are told, and how many are not', async () => {
    const reason = 'why '.repeat(1_000);
    const look = await blindLook(Array.from({ length: 200 }, () => ({ reason })));
    const { evidence } = only(blindOf(look));
    expect(jsonBytes(evidence)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    const { failedCount, leftOutCount } = evidence as { failedCount?: number; leftOutCount?: number };
    expect([failedCount, (leftOutCount ?? 0) + probesOf(look).length]).toEqual([200, 200]);
    expect(ruleOf(SYSTEM_RULES, 'probe-blind').text.en.seen(evidence)).toContain(`${leftOutCount} more are not told`);
  });
});
