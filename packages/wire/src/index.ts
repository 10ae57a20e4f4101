export * from './v1/codec.ts';
export * from './v1/codes.ts';
export { MAX_DECODE_REASON_CHARACTERS } from './v1/issue-reason.ts';
export * from './v1/limits.ts';
export * from './v1/messages.ts';
export * from './v1/statements.ts';
