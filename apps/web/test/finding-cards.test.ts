import type { FindingRow } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { findingMarks } from '../src/features/host/stack/finding-marks.ts';

/** One that stands; only what is asked about differs. */
const finding = (changed: Partial<FindingRow>): FindingRow => ({
  ...{ hostId: '0b2f1c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d', hostName: 'ci-runner-07', connection: 'connected' },
  ...{ simulated: true, findingNo: 1, rule: 'dind-leftover', subject: 'a', storeKey: 'btrfs:1' },
  ...{ severity: 'warning', state: 'open', title: 'A title', seen: 'What was seen' },
  ...{ firstSeenAt: '2026-11-20T00:00:00.000Z', lastSeenAt: '2026-11-21T00:00:00.000Z' },
  ...{ standsSince: '2026-11-20T00:00:00.000Z', missedSince: null, blind: null, timesReopened: 0 },
  ...{ resolvedAt: null, mute: null, promisedBytes: null, freedBytes: null },
  ...changed,
});

describe('the mark of a store in the stack', () => {
  it('has the worst severity and the number of its findings; one about no store marks none', () => {
    const findings = [
      finding({ severity: 'critical' }),
      finding({ severity: 'warning' }),
      finding({ storeKey: 'ext4:2', severity: 'notice' }),
      finding({ storeKey: null, severity: 'critical' }),
    ];
    expect([...findingMarks({ findings, total: 4 })]).toEqual([
      ['btrfs:1', { severity: 'critical', count: 2, atLeast: false }],
      ['ext4:2', { severity: 'notice', count: 1, atLeast: false }],
    ]);
  });

  it('says that there may be more where not all findings were read', () => {
    expect(findingMarks({ findings: [finding({})], total: 2 }).get('btrfs:1')?.atLeast).toBe(true);
  });
});
