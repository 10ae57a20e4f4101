import { expect, test } from 'vitest';
import {
  HandshakeLimits,
  MAX_FAILURES_A_MINUTE,
  MAX_HELLOS_A_MINUTE,
  MAX_UNGREETED,
  MAX_UNGREETED_AN_ADDRESS,
} from '../src/handshake-limits.ts';
import { MAX_COUNTED, MinuteCounter } from '../src/minute-counter.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30);
const NEXT_MINUTE = NOW + 60_000;

test('an address with too many failures within a minute is refused until the minute is over; others are not', () => {
  const limits = new HandshakeLimits();
  for (let failures = 0; failures < MAX_FAILURES_A_MINUTE; failures += 1) {
    expect(limits.refusal('192.0.2.1', NOW)).toBeNull();
    limits.failed('192.0.2.1', NOW);
  }
  expect(limits.refusal('192.0.2.1', NOW)?.status).toMatch(/^429 /);
  expect(limits.refusal('192.0.2.2', NOW)).toBeNull();
  expect(limits.refusal('192.0.2.1', NEXT_MINUTE)).toBeNull();
});

test('good handshakes never count against an address: 10,000 collectors may come from one', () => {
  const limits = new HandshakeLimits();
  for (let collectors = 0; collectors < 10_000; collectors += 1) {
    expect(limits.refusal('192.0.2.1', NOW)).toBeNull();
    const leave = limits.enter('192.0.2.1');
    expect(limits.mayGreet(`key ${collectors}`, NOW)).toBe(true);
    leave();
    leave();
  }
});

test('sockets that were not welcomed are bounded, of an address and in all, and make room when they are', () => {
  const limits = new HandshakeLimits();
  const leaves = Array.from({ length: MAX_UNGREETED_AN_ADDRESS }, () => limits.enter('192.0.2.1'));
  expect(limits.refusal('192.0.2.1', NOW)?.status).toMatch(/^503 /);
  expect(limits.refusal('192.0.2.2', NOW)).toBeNull();
  for (let more = MAX_UNGREETED_AN_ADDRESS; more < MAX_UNGREETED; more += 1) limits.enter(`198.51.100.${more}`);
  expect(limits.refusal('192.0.2.2', NOW)?.status).toMatch(/^503 /);
  leaves[0]?.();
  expect(limits.refusal('192.0.2.2', NOW)).toBeNull();
});

test('an IPv6 address counts with its network of 64 bits, however it is written', () => {
  const limits = new HandshakeLimits();
  for (let host = 1; host <= MAX_FAILURES_A_MINUTE; host += 1) limits.failed(`2001:db8:0:1::${host.toString(16)}`, NOW);
  expect(limits.refusal('2001:db8:0:1:ffff::1', NOW)?.status).toMatch(/^429 /);
  expect(limits.refusal('2001:db8:0:2::1', NOW)).toBeNull();
  expect(limits.refusal('::1', NOW)).toBeNull();
});

test('a key may say hello so often within a minute', () => {
  const limits = new HandshakeLimits();
  const hello = (now: number) => limits.mayGreet('a', now);
  for (let hellos = 0; hellos < MAX_HELLOS_A_MINUTE; hellos += 1) expect(hello(NOW)).toBe(true);
  expect([hello(NOW), limits.mayGreet('b', NOW), hello(NEXT_MINUTE)]).toEqual([false, true, true]);
});

test('no more names than the limit are counted', () => {
  const counter = new MinuteCounter();
  for (let name = 0; name <= MAX_COUNTED; name += 1) counter.add(`${name}`, NOW);
  expect([counter.of('0', NOW), counter.of(`${MAX_COUNTED}`, NOW)]).toEqual([1, 0]);
});
