export * from './client-events.ts';
export { CollectorClient, type CollectorClientOptions } from './collector-client.ts';
export { MAX_QUEUED_SNAPSHOTS } from './outbox.ts';
export { ClientSettingsError, checkServerUrl } from './server-url.ts';
