import type { FindingRow } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { findingMarks } from '../src/features/host/stack/finding-marks.ts';
import { wonBackOf } from '../src/features/store/won-back.ts';

const GIB = 1024 ** 3;

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

describe('what can be won back of a store', () => {
  it('is the sum of what its findings promise, of one subject only once', () => {
    const findings = [
      finding({ subject: 'a', promisedBytes: 3 * GIB }),
      finding({ subject: 'a', promisedBytes: 5 * GIB }),
      finding({ subject: 'b', promisedBytes: 2 * GIB }),
      finding({ subject: 'c', promisedBytes: null }),
    ];
    // max(3, 5) + 2
    expect(wonBackOf(findings)).toEqual({ bytes: 7 * GIB, findings: 3 });
  });

  it('is not told where nothing is promised', () => {
    expect(wonBackOf([])).toBeNull();
    expect(wonBackOf([finding({ promisedBytes: null }), finding({ promisedBytes: 0 })])).toBeNull();
  });
});

describe('the mark of a store in the stack', () => {
  it('has the worst severity and the number of its findings; one about no store marks none', () => {
    const findings = [
      finding({ severity: 'critical' }),
      finding({ severity: 'warning' }),
      finding({ storeKey: 'ext4:2', severity: 'notice' }),
      finding({ storeKey: null, severity: 'critical' }),
    ];
    expect([...findingMarks(findings)]).toEqual([
      ['btrfs:1', { severity: 'critical', count: 2 }],
      ['ext4:2', { severity: 'notice', count: 1 }],
    ]);
  });
});
