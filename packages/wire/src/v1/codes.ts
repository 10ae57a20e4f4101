/** Why a peer is refused: a closed list. Retryable = the same collector may come back unchanged. */
export const REFUSAL_CODES = {
  'bad-message': { retryable: false, closeCode: 1008 },
  /** The enrolment token is unknown, used up, withdrawn or too old. */
  'bad-token': { retryable: false, closeCode: 1008 },
  /** The key is unknown, or the signature is not its own: it says nothing about which. */
  'bad-key': { retryable: false, closeCode: 1008 },
  'key-revoked': { retryable: false, closeCode: 1008 },
  'host-retired': { retryable: false, closeCode: 1008 },
  /** The collector was sent to another address than this server's own. */
  'wrong-server': { retryable: false, closeCode: 1008 },
  /** Too many connections or failures of one address or key. */
  'too-many': { retryable: true, closeCode: 1013 },
  'host-already-connected': { retryable: true, closeCode: 1008 },
  'hello-timeout': { retryable: true, closeCode: 1008 },
  'shutting-down': { retryable: true, closeCode: 1001 },
  overloaded: { retryable: true, closeCode: 1013 },
} as const;
export type RefusalCode = keyof typeof REFUSAL_CODES;
export const REFUSAL_CODE_NAMES = Object.keys(REFUSAL_CODES) as [RefusalCode, ...RefusalCode[]];

/**
 * Why one sequence was not stored; it counts as dealt with, and the next one is taken. `conflict`: the sequence was
 * stored before and held something else. `inventory-incomplete`: a part whose others did not come right before or after it.
 */
export const SNAPSHOT_REFUSALS = [
  'unknown-layout',
  'readings-mismatch',
  'too-old',
  'not-storable',
  'inventory-incomplete',
  'conflict',
] as const;
