import { defineConfig } from 'prisma/config';

// The schema engine is not used by `generate`; see scripts/set-up/generate-client.mjs for why it is named there.
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
