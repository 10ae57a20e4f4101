export * from './block.ts';
export * from './btrfs.ts';
export * from './container-bytes.ts';
export * from './docker.ts';
export * from './inventory.ts';
export * from './layers.ts';
export * from './mounts.ts';
export * from './thin-pools.ts';
