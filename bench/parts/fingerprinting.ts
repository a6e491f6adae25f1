import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type Bench, tryEach } from '../rounds.ts';
import { type Measured, medianOf } from '../rows.ts';

const DATABASE = 'many_tables';
const TABLES = 5_000;

/** The fingerprint of a database of very many tables, beside pg_dump of its definitions. */
export async function measureFingerprint({ targets, baseline, say }: Bench, { rounds }: { rounds: number }): Promise<Measured[]> {
	await baseline.makeFixture(DATABASE, { tables: TABLES, scale: 0, events: 1_000 });
	const times = await tryEach(rounds, async () => {
		const theirs = await baseline.dumpSchema(DATABASE);
		const began = performance.now();
		await withTarget({ target: targets.attested, login: 'backup', database: DATABASE }, async (client) =>
			fingerprintOf(await readCatalog(client)),
		);
		return { theirs, ours: performance.now() - began };
	});
	const [ours, theirs] = [medianOf(times.map((one) => one.ours)), medianOf(times.map((one) => one.theirs))];
	say(`  fingerprint of ${TABLES} tables: ${ours} ms; pg_dump --schema-only ${theirs} ms`);
	return [
		{
			name: `fingerprint of ${TABLES.toLocaleString('en')} tables, beside pg_dump --schema-only`,
			ours,
			baseline: theirs,
			unit: 'ms',
			required: null,
		},
	];
}
