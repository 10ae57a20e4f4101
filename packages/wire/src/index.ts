export * from './v1/codes.ts';
export * from './v1/decode-collector.ts';
export * from './v1/decode-gateway.ts';
export * from './v1/frame.ts';
export { MAX_DECODE_REASON_CHARACTERS } from './v1/issue-reason.ts';
export * from './v1/limits.ts';
export * from './v1/messages/index.ts';
export * from './v1/statements.ts';
