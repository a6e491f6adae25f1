// Applies prisma/migrations to the console's database, as its owner. Can be run again.
import { migrateConsole } from '#scripts/set-up/migrate-console.ts';

const ownerUrl = process.env.COUNTERSIGN_OWNER_URL;
if (!ownerUrl) {
	console.error('COUNTERSIGN_OWNER_URL is not set: it is the URL of the console’s database as its owner, countersign_owner.');
	process.exit(1);
}
const applied = await migrateConsole({ ownerUrl });
console.log(applied.length === 0 ? 'Nothing to apply.' : `Applied: ${applied.join(', ')}`);
