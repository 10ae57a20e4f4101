export * from './path-through.ts';
export * from './stack.ts';
export * from './stack-of.ts';
