import type { FleetPage, TagCount } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { comparePath } from '../src/features/fleet/compare-path.ts';
import { groupsInput, listKey, pageInput } from '../src/features/fleet/fleet-inputs.ts';
import { fleetPlaces, PAGE_HOSTS, type Section, wantedPages } from '../src/features/fleet/fleet-places.ts';
import { type FleetQuery, readFleetQuery, writeFleetQuery } from '../src/features/fleet/fleet-query.ts';
import { groupSections } from '../src/features/fleet/group-sections.ts';
import { nextSort } from '../src/features/fleet/next-sort.ts';

const read = (address: string): FleetQuery => readFleetQuery(new URLSearchParams(address));
const DEFAULT = read('');

const groupOf = (tag: string | null, hosts: number): TagCount => ({
  ...{ tag, hosts },
  counts: { critical: 0, warning: 0, ok: hosts, unknown: 0 },
  soonest: null,
});
const section = (tag: string | null, hosts: number, open: Section['open']): Section => ({
  ...{ tag, hosts, open, group: groupOf(tag, hosts) },
});
const allHosts = (hosts: number) => fleetPlaces([{ tag: null, hosts, group: null, open: true }]);

describe('the address', () => {
  it('holds nothing while all is as by default', () => {
    expect(DEFAULT).toMatchObject({ tab: 'table', text: '', states: [], tag: null, groupByTag: false, turned: [] });
    expect(DEFAULT).toMatchObject({ sort: { column: 'days-left', descending: false }, growerRange: '30d' });
    expect(writeFleetQuery(DEFAULT)).toBe('');
  });

  it.each<Partial<FleetQuery>>([
    { text: 'a&b=c #1', states: ['critical'], sort: { column: 'growth', descending: true }, tag: 'ci/cd & more' },
    { states: ['critical', 'unknown'] },
    { states: ['critical', 'warning', 'ok', 'unknown'] },
    { groupByTag: true, turned: ['ci', 'a,b', '温', null, 'null'] },
    { tab: 'growers', growerRange: '90d' },
    { sort: { column: 'last-seen', descending: false } },
  ])('gives back what was put into it: %j', (change) => {
    const query = { ...DEFAULT, ...change };
    expect(read(writeFleetQuery(query))).toEqual(query);
  });

  it.each([
    'state=bad&sort=-__proto__',
    'state=,,bad,%00',
    'tab=nothing&range=365d&group=owner',
    `tag=${'x'.repeat(201)}`,
    'tag=',
  ])('with nonsense in it reads as the default: %s', (address) => {
    expect(read(address)).toEqual(DEFAULT);
  });

  it('names several states as one word, worst first, each once', () => {
    expect(read('state=ok,critical,bad,ok').states).toEqual(['critical', 'ok']);
    expect(writeFleetQuery({ ...DEFAULT, states: ['critical', 'ok'] })).toBe('?state=critical,ok');
  });

  it('of groups names no tag, since each group is of one', () => {
    expect(read('group=tag&tag=ci')).toMatchObject({ groupByTag: true, tag: null });
  });
});

describe('the order', () => {
  it('of a head is first the one that is looked for, then the other, then the default', () => {
    const descending = nextSort(DEFAULT.sort, 'fill');
    expect(descending).toEqual({ column: 'fill', descending: true });
    const ascending = nextSort(descending, 'fill');
    expect(ascending).toEqual({ column: 'fill', descending: false });
    expect(nextSort(ascending, 'fill')).toEqual(DEFAULT.sort);
    expect(nextSort(ascending, 'name')).toEqual({ column: 'name', descending: false });
  });

  it('by default is turned round and back', () => {
    const turned = nextSort(DEFAULT.sort, 'days-left');
    expect(turned).toEqual({ column: 'days-left', descending: true });
    expect(nextSort(turned, 'days-left')).toEqual(DEFAULT.sort);
  });
});

describe('what the server is asked for', () => {
  it('is a page of hosts in the order of the address', () => {
    const query = read('q=runner&state=warning&tag=ci&sort=-fill');
    expect(pageInput(query, { tag: null, page: 2 })).toEqual({
      ...{ sort: 'fill', descending: true, text: 'runner', states: ['warning'], tag: 'ci' },
      ...{ offset: 2 * PAGE_HOSTS, limit: PAGE_HOSTS },
    });
  });

  it('has no word of a filter that is blank', () => {
    expect(pageInput(read('q=%20%20'), { tag: null, page: 0 })).not.toHaveProperty('text');
  });

  it('of a group is its own tag', () => {
    const query = read('group=tag');
    expect(pageInput(query, { tag: 'web', page: 0 }).tag).toBe('web');
    expect(pageInput(query, { tag: null, page: 0 })).toMatchObject({ untagged: true });
    expect(pageInput(read(''), { tag: null, page: 0 })).not.toHaveProperty('untagged');
    expect(groupsInput(query)).toMatchObject({ groupByTag: true, offset: 0 });
  });

  it('is the same list whatever tab is shown and whichever groups are open', () => {
    expect(listKey(read('group=tag&turned=ci'))).toBe(listKey(read('group=tag&range=7d')));
    expect(listKey(read('group=tag'))).not.toBe(listKey(read('')));
    expect(listKey(read('q=a'))).not.toBe(listKey(read('q=b')));
  });
});

describe('places', () => {
  const grouped = fleetPlaces([
    section(null, 7, false),
    section('ci', 250, true),
    section('db', 3, false),
    section('web', 2, true),
  ]);

  it('are one for each group and one for each host of those that are open', () => {
    expect(grouped.length).toBe(1 + 1 + 250 + 1 + 1 + 2);
    expect(grouped.at(0)).toMatchObject({ kind: 'group', open: false, group: { tag: null } });
    expect(grouped.at(1)).toMatchObject({ kind: 'group', open: true, group: { tag: 'ci' } });
    expect(grouped.at(2)).toEqual({ kind: 'host', tag: 'ci', offset: 0 });
    expect(grouped.at(251)).toEqual({ kind: 'host', tag: 'ci', offset: 249 });
    expect(grouped.at(252)).toMatchObject({ kind: 'group', open: false, group: { tag: 'db' } });
    expect(grouped.at(255)).toEqual({ kind: 'host', tag: 'web', offset: 1 });
  });

  it('beyond either end are none', () => {
    expect([grouped.at(-1), grouped.at(256), fleetPlaces([]).at(0), allHosts(0).at(0)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('tell where the hosts of a tag begin, unless they are folded', () => {
    expect(['ci', 'db', 'web', null, 'none'].map((tag) => grouped.firstOf(tag))).toEqual([2, null, 254, null, null]);
    expect([grouped.groupIndex('db'), grouped.groupIndex('none')]).toEqual([252, -1]);
  });
});

describe('pages', () => {
  it('are those of the rows on the screen and of a few beyond', () => {
    expect(wantedPages(allHosts(10_000), { first: 0, last: 40 })).toEqual([{ tag: null, page: 0 }]);
    expect(wantedPages(allHosts(10_000), { first: 4_520, last: 4_580 })).toEqual([
      { tag: null, page: 44 },
      { tag: null, page: 45 },
      { tag: null, page: 46 },
    ]);
  });

  it('of a list that has become shorter than what is looked at are its last ones', () => {
    expect(wantedPages(allHosts(130), { first: 5_000, last: 5_060 })).toEqual([
      { tag: null, page: 0 },
      { tag: null, page: 1 },
    ]);
    expect(wantedPages(allHosts(0), { first: 0, last: 40 })).toEqual([]);
  });

  it('of a tag called null are others than those of no tag', () => {
    const places = fleetPlaces([section(null, 2, true), section('null', 2, true)]);
    expect(wantedPages(places, { first: 0, last: 5 })).toEqual([
      { tag: null, page: 0 },
      { tag: 'null', page: 0 },
    ]);
  });

  it('of groups are those of each tag that is open there', () => {
    const places = fleetPlaces([section('ci', 30, true), section('db', 500, false), section('web', 30, true)]);
    expect(wantedPages(places, { first: 0, last: places.length - 1 })).toEqual([
      { tag: 'ci', page: 0 },
      { tag: 'web', page: 0 },
    ]);
  });
});

describe('groups', () => {
  const pageOf = (tags: TagCount[]): FleetPage => ({
    ...{ hosts: [], tags, counts: { critical: 0, warning: 0, ok: 0, unknown: 0 } },
    total: tags.reduce((sum, { hosts }) => sum + hosts, 0),
  });
  const openOf = (tags: TagCount[], turned: string[] = []) =>
    groupSections(pageOf(tags), { turned }).map(({ open }) => open);

  it('are open at first where they are few, and folded where they are many', () => {
    expect(openOf([groupOf('a', 3), groupOf('b', 4)])).toEqual([true, true]);
    expect(openOf([groupOf('a', 300), groupOf('b', 4)])).toEqual([false, false]);
    expect(openOf(Array.from({ length: 11 }, (_, at) => groupOf(`t${at}`, 1))).includes(true)).toBe(false);
  });

  it('that were turned are the other way round', () => {
    expect(openOf([groupOf('a', 3), groupOf('b', 4)], ['b'])).toEqual([true, false]);
    expect(openOf([groupOf('a', 300), groupOf('b', 4)], ['a'])).toEqual([true, false]);
  });

  it('of hosts without a tag open like the others', () => {
    expect(openOf([groupOf(null, 3)])).toEqual([true]);
    expect(openOf([groupOf(null, 300)])).toEqual([false]);
    expect(groupSections(pageOf([groupOf(null, 3), groupOf('null', 3)]), { turned: [null] })).toMatchObject([
      { tag: null, open: false },
      { tag: 'null', open: true },
    ]);
  });

  it('are none before they are read', () => {
    expect(groupSections(undefined, { turned: [] })).toEqual([]);
  });
});

describe('the comparison of a grower', () => {
  const from = { day: '2026-10-22', value: 5 };
  const at = (moment: string): string => comparePath({ hostId: 'h', storeKey: 'mount:/a b', from }, Date.parse(moment));

  it('begins at the end of its first day', () => {
    expect(at('2026-11-21T10:00:00Z')).toBe('/hosts/h/stores/mount%3A%2Fa%20b/compare?a=2026-10-22T23:59Z');
  });

  it('leaves out a day that is not over', () => {
    expect(at('2026-10-22T10:00:00Z')).toBe('/hosts/h/stores/mount%3A%2Fa%20b/compare');
  });
});
