import { defineConfig } from 'prisma/config';

/** Only a comparison with a database needs one. */
const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: '../../prisma/schema.prisma',
  migrations: { path: '../../prisma/migrations' },
  ...(url ? { datasource: { url } } : {}),
});
