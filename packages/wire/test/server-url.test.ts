import { expect, test } from 'vitest';
import { checkServerUrl } from '../src/client/index.ts';

test.each([
  'ws://127.0.0.1:4301/collect',
  'ws://127.8.9.1/collect',
  'ws://[::1]:4301/collect',
  'ws://localhost/collect',
  'wss://silt.example/collect',
])('%s is taken', (text) => {
  expect(checkServerUrl(text).href).toBe(text);
});

test.each([
  ['ws://silt.example/collect', 'unencrypted'],
  ['ws://127.0.0.1.evil.example/collect', 'unencrypted'],
  ['ws://10.0.0.1/collect', 'unencrypted'],
  ['ws://[::2]/collect', 'unencrypted'],
  ['http://127.0.0.1/collect', 'is not one'],
  ['127.0.0.1:4301', 'is not one'],
  ['', 'is not one'],
  ['wss://user:password@silt.example/collect', 'no user'],
  ['wss://silt.example/collect#x', 'fragment'],
])('%s is refused with a sentence', (text, part) => {
  expect(() => checkServerUrl(text)).toThrow(part);
});
