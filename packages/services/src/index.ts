export * from './derive/open-worker-services.ts';
export * from './ingest/ingest-stream.ts';
export * from './ingest/open-ingest.ts';
export * from './service-error.ts';
export * from './setup/database-sentence.ts';
export * from './setup/prepare-database.ts';
export * from './web/open-web-services.ts';
export * from './web-services.ts';
