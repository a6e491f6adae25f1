import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FiledBundle } from '#lib/change/request-input.ts';
import { freshCopy, SMALL } from '../databases.ts';
import type { Bench } from '../rounds.ts';
import { tryConsole, tryEach } from '../rounds.ts';
import { type Measured, medianOf } from '../rows.ts';
import { OURS } from '../targets.ts';

const STATEMENTS = 40_000;

/** A change of very many tiny statements, each of them journalled: the transaction beside the same file through psql -1. */
export async function measureManyStatements(bench: Bench, { rounds, judged }: { rounds: number; judged: boolean }): Promise<Measured[]> {
	const { cluster, targets, baseline, folder, say } = bench;
	const lines = Array.from({ length: STATEMENTS }, (_, i) => `insert into eng.tiny values (${i}, 'row ${i}');`);
	const sql = ['create table eng.tiny (id int primary key, name text);', ...lines, ''].join('\n');
	const file = join(folder, 'many.sql');
	writeFileSync(file, sql);
	const bundle: FiledBundle = { files: [{ path: 'many.sql', bytes: Buffer.from(sql) }], manifest: null };
	const times = await tryEach(rounds, async () => {
		await freshCopy({ cluster, target: targets.attested, database: OURS, from: SMALL });
		const theirs = await baseline.applyInOne(OURS, file);
		const trial = await tryConsole({ ...bench, fixture: SMALL, bundle }, { target: targets.attested, healthy: true, outcome: 'succeeded' });
		const ours = trial.steps.transaction ?? Number.NaN;
		say(`  ${STATEMENTS} statements: ${ours} ms; psql ${theirs} ms`);
		return { ours, theirs };
	});
	return [
		{
			name: `${STATEMENTS.toLocaleString('en')} tiny statements in the transaction, beside psql -1`,
			ours: medianOf(times.map(({ ours }) => ours)),
			baseline: medianOf(times.map(({ theirs }) => theirs)),
			unit: 'ms',
			required: judged ? 1.5 : null,
		},
	];
}
