export * from './enrol-collector.ts';
export * from './find-collector-key.ts';
export * from './greet-collector.ts';
export * from './open-stream.ts';
export * from './register-layout.ts';
export * from './rotate-collector-key.ts';
export * from './store-snapshots.ts';
