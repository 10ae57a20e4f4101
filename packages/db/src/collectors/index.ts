export * from './enrolment-token.ts';
export * from './enrolment-tokens.ts';
export * from './host-expiries.ts';
export * from './read-collectors.ts';
export * from './revoke-and-retire.ts';
export * from './tag-settings.ts';
