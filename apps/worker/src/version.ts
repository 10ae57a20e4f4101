import manifest from '../package.json' with { type: 'json' };

/** One for all parts of the server. */
export const VERSION: string = manifest.version;
