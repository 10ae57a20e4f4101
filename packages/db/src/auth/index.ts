export * from './api-keys.ts';
export * from './open-sign-in-client.ts';
export * from './owner-account.ts';
export * from './setup-token.ts';
