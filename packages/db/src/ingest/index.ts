export * from './find-collector-key.ts';
export * from './open-stream.ts';
export * from './register-layout.ts';
export * from './store-snapshots.ts';
