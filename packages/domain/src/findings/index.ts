export * from './rule.ts';
export * from './rules.ts';
export * from './shell-quote.ts';
