/** Why a peer is refused: a closed list. Retryable = the same collector may come back unchanged. */
export const REFUSAL_CODES = {
  'bad-message': { retryable: false, closeCode: 1008 },
  'bad-token': { retryable: false, closeCode: 1008 },
  'host-already-connected': { retryable: true, closeCode: 1008 },
  'hello-timeout': { retryable: true, closeCode: 1008 },
  'shutting-down': { retryable: true, closeCode: 1001 },
  overloaded: { retryable: true, closeCode: 1013 },
} as const;
export type RefusalCode = keyof typeof REFUSAL_CODES;
export const REFUSAL_CODE_NAMES = Object.keys(REFUSAL_CODES) as [RefusalCode, ...RefusalCode[]];

/** Why one sequence was not stored; it counts as dealt with, and the next one is taken. */
export const SNAPSHOT_REFUSALS = ['unknown-layout', 'readings-mismatch', 'too-old', 'not-storable'] as const;
