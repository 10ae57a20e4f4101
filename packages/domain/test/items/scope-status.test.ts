import { describe, expect, it } from 'vitest';
import { type ScopeStatus, scopeStatusOf } from '../../src/index.ts';
import { scope } from './make.ts';

const HOST = 'docker containers docker:/run/docker.sock';
const NESTED = `docker containers docker:${'a1'.repeat(32)}:/run/docker.sock`;

describe('how a scope was read', () => {
  it.each<[string, ScopeStatus | null, ScopeStatus | null, string, ScopeStatus]>([
    ['a scope of its own wins', 'complete', 'partial', HOST, 'partial'],
    ['also where its probe was not read', 'not-read', 'complete', HOST, 'complete'],
    ['a stopped daemon of the host keeps what it has', 'complete', null, HOST, 'not-read'],
    ['a nested daemon that a full list does not have is gone', 'complete', null, NESTED, 'complete'],
    ['one that a list with gaps does not have is not', 'partial', null, NESTED, 'not-read'],
    ['nor without a list', 'not-read', null, NESTED, 'not-read'],
    ['an unmounted file system keeps what it has', 'complete', null, 'subvolumes list btrfs:1', 'not-read'],
    ['a run without the probe says nothing', null, null, NESTED, 'not-read'],
  ])('%s', (_, probe, own, name, expected) => {
    const scopes = [
      ...(probe === null ? [] : [scope('docker', probe), scope('subvolumes', probe)]),
      ...(own === null ? [] : [scope(name, own)]),
    ];
    expect(scopeStatusOf(scopes, name)).toBe(expected);
  });

  it('a path with spaces that looks like a nested daemon in part is none', () => {
    const name = `docker containers docker:/srv/${'a'.repeat(64)}:/x`;
    expect(scopeStatusOf([scope('docker')], name)).toBe('not-read');
  });
});
