export * from './collector-messages.ts';
export * from './gateway-messages.ts';
export * from './inventory.ts';
export * from './layout.ts';
export * from './names.ts';
export * from './snapshot.ts';
