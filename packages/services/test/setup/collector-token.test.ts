import { expect, test } from 'vitest';
import { createCollectorToken, parseCollectorToken } from '../../src/setup/collector-token.ts';

test('a token parses to the parts it was made with, and two are never alike', () => {
  const first = createCollectorToken();
  const second = createCollectorToken();
  expect(parseCollectorToken(first.token)).toEqual({ id: first.id, secretHash: first.secretHash });
  expect(second.id).not.toBe(first.id);
  expect(second.secretHash.equals(first.secretHash)).toBe(false);
});

test('the token does not hold its hash', () => {
  const { token, secretHash } = createCollectorToken();
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    expect(token).not.toContain(secretHash.toString(encoding));
});

test('what is no token parses to null', () => {
  const { token } = createCollectorToken();
  for (const text of ['', 'silt_', token.slice(1), token.slice(0, -1), `${token}x`, ` ${token}`, `${token}\n`]) {
    expect(parseCollectorToken(text), JSON.stringify(text)).toBeNull();
  }
});
