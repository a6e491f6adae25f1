import { createHash } from 'node:crypto';
import type { Row } from './sql.ts';
import type { TestConsole } from './test-console.ts';

export type RecordedEntry = { seq: number; kind: string; actor: { id: string | null; name: string }; subject: Row; data: Row };

/**
 * The whole record, read as the superuser, its chain computed again from the definition in docs/formats.md and not by the code
 * that made it. Throws at the first entry that does not fit.
 */
export async function readRecord(console: Pick<TestConsole, 'sql'>): Promise<RecordedEntry[]> {
	const rows = await console.sql<{ seq: string; hash: string; previous: string; body: string }>(
		`select seq, encode(hash, 'hex') as hash, encode(previous, 'hex') as previous, encode(body, 'hex') as body from record_entry order by seq`,
	);
	let previous = Buffer.alloc(32);
	return rows.map((row, index) => {
		const body = Buffer.from(row.body, 'hex');
		const hash = createHash('sha256')
			.update(Buffer.concat([Buffer.from('countersign/record/v1'), Buffer.from([0]), previous, body]))
			.digest();
		if (Number(row.seq) !== index + 1) throw new Error(`the record has a gap before entry ${row.seq}`);
		if (row.previous !== previous.toString('hex')) throw new Error(`entry ${row.seq} does not follow the one before`);
		if (row.hash !== hash.toString('hex')) throw new Error(`entry ${row.seq} is not what was hashed`);
		previous = hash;
		return { seq: index + 1, ...JSON.parse(body.toString('utf8')) };
	});
}
