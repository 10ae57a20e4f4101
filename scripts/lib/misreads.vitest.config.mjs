// Runs tests with one fault put into one source file as it is loaded; the file itself stays as it is.
import { defineConfig } from 'vitest/config';
import { inRoot } from './paths.mjs';

const { file, find, replace } = JSON.parse(process.env.SILT_FAULT ?? '{}');

export default defineConfig({
  root: inRoot('.'),
  // A module of an earlier run has another fault, or none.
  test: { fsModuleCache: false },
  plugins: [
    {
      name: 'fault',
      enforce: 'pre',
      transform: (code, id) => (id === inRoot(file) ? code.replace(find, () => replace) : null),
    },
  ],
});
