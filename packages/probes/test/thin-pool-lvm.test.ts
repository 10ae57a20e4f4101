import { describe, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { parseAutoextend, parseLvs, parseVgs } from '../src/thin-pool/parse-lvm.ts';
import { readLvm } from '../src/thin-pool/read-lvm.ts';
import { fixture } from './fixture.ts';

const LVS = fixture('thin-pool/lvm/lvs.json');
const VGS = fixture('thin-pool/lvm/vgs.json');

test('of a captured report the thin pool and its volumes are taken, and nothing of LVM for itself', () => {
  const parsed = parseLvs(LVS);
  if (typeof parsed === 'string') throw new Error(parsed);
  expect(parsed.pools.map(({ name }) => name)).toEqual(['docker/thinpool']);
  expect(parsed.volumes.map(({ name, uuid }) => [name, uuid])).toEqual([
    ['docker/inactive', 'j01hCvKvFIIdk62zwAX7EZncroGWEWVQ'],
    ['docker/vol1', 'pRYwaQbl1VHHibjstIHI9rilYgDyipzG'],
    ['docker/vol1_snap', expect.any(String)],
    ['docker/vol2', 'xXngOQctzI4HnO8jpqWEl9KBfhEtsTtd'],
    ['docker/vol2_snap', expect.any(String)],
    ['docker/vol3', 'W4C2jcvhB3d3w1OpZOqBPgBpsrWCbJSi'],
  ]);
});

test('one field changed: what to do when full, a profile, a size that is none', () => {
  const edited = LVS.replace('"lv_when_full":"queue"', '"lv_when_full":"error"')
    .replaceAll('"lv_profile":""', '"lv_profile":"thin-80"')
    .replaceAll('"lv_metadata_size":"8388608"', '"lv_metadata_size":"8.00m"');
  const parsed = parseLvs(edited);
  expect(typeof parsed === 'string' ? parsed : parsed.pools).toEqual([
    {
      ...{ name: 'docker/thinpool', sizeBytes: 4_294_967_296, metadataBytes: null },
      ...{ whenFull: 'error', profile: 'thin-80' },
    },
  ]);
  const other = parseLvs(LVS.replace('"lv_when_full":"queue"', '"lv_when_full":"wait"'));
  expect(typeof other === 'string' ? other : other.pools[0]?.whenFull).toBeNull();
});

test('what is set in lvm.conf, and what is not set at all', () => {
  expect(parseAutoextend(fixture('thin-pool/lvm/lvmconfig_autoextend_full.txt'))).toEqual({
    ...{ thresholdPercent: 100, growPercent: 20 },
  });
  expect(parseAutoextend('\tthin_pool_autoextend_percent=25\n\tthin_pool_autoextend_threshold=70\n')).toEqual({
    ...{ thresholdPercent: 70, growPercent: 25 },
  });
  expect(parseAutoextend(fixture('thin-pool/lvm/lvmconfig_autoextend_default.txt'))).toBeNull();
  for (const text of ['', 'thin_pool_autoextend_threshold=70\n', 'thin_pool_autoextend_threshold=x\n']) {
    expect(parseAutoextend(text), text).toBeNull();
  }
});

test('each program is asked for nothing that wakes dmeventd, takes a lock or writes', async () => {
  const requests: string[] = [];
  await readLvm(
    {
      guard: new HangGuard(),
      devices: [],
      command: ({ name, paths, args }) => {
        requests.push([...paths, ...args].join(' '));
        return Promise.resolve({ code: 0, stdout: name === 'lvs' ? LVS : VGS, stderr: '' });
      },
    },
    [],
  );
  expect(requests).toEqual([
    '/usr/sbin/lvs /sbin/lvs /usr/bin/lvs --reportformat json --units b --nosuffix --nolocking -o vg_name,lv_name,lv_uuid,lv_layout,lv_size,lv_metadata_size,lv_when_full,pool_lv,origin,lv_profile',
    '/usr/sbin/vgs /sbin/vgs /usr/bin/vgs --reportformat json --units b --nosuffix --nolocking -o vg_name,vg_size,vg_free,vg_extent_size',
    '/usr/sbin/lvmconfig /sbin/lvmconfig /usr/bin/lvmconfig --type full activation/thin_pool_autoextend_threshold activation/thin_pool_autoextend_percent',
  ]);
});

describe('bad input', () => {
  test('a captured report cut at any place is told', () => {
    for (let length = 0; length < VGS.trimEnd().length; length += 13) {
      expect(parseVgs(VGS.slice(0, length)), String(length)).toBe('the answer is no JSON');
    }
  });

  test.each([
    ['nothing', '', 'the answer is no JSON'],
    ['another thing', '"x"', 'the answer has no report'],
    ['null', 'null', 'the answer has no report'],
    ['no rows', '{"report":[{}]}', 'the answer has no report'],
    ['a report that is no list', '{"report":{"0":{"lv":[]}}}', 'the answer has no report'],
    [
      'too many rows',
      `{"report":[{"lv":[${Array(4_099).fill('{}').join(',')}]}]}`,
      'the answer has 3 rows more than are read',
    ],
  ])('%s', (_, text, wanted) => {
    expect(parseLvs(text)).toBe(wanted);
  });

  test('rows that are none are passed over', () => {
    const rows =
      '{"report":[{"lv":[null,1,[],{"vg_name":1,"lv_name":"a","lv_layout":"thin,pool"},{"vg_name":"a\\u0000"}]}]}';
    expect(parseLvs(rows)).toEqual({ pools: [], volumes: [] });
    expect(parseVgs('{"report":[{"vg":[{},{"vg_name":"g","vg_free":"-1"}]}]}')).toEqual([
      { name: 'g', sizeBytes: null, freeBytes: null, extentBytes: null },
    ]);
  });
});
