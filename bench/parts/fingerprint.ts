import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { asSuperuser } from '../databases.ts';
import { type Bench, tryEach } from '../rounds.ts';
import { type Measured, medianOf } from '../rows.ts';

const WIDE = 'wide';
const TABLES = 5_000;

/** The fingerprint of a catalog with very many tables, beside pg_dump writing the same definitions. */
export async function measureFingerprint(bench: Bench, { rounds, judged }: { rounds: number; judged: boolean }): Promise<Measured[]> {
	const { cluster, targets, baseline, say } = bench;
	await asSuperuser(cluster, (client) => client.query(`create database ${WIDE}`));
	await asSuperuser(cluster, (client) => client.query('create role wide_reader'));
	await asSuperuser(cluster, (client) => client.query(MANY_TABLES), WIDE);
	await asSuperuser(cluster, (client) => client.query('vacuum analyze'), WIDE);
	const times = await tryEach(rounds, async () => {
		const theirs = await baseline.dumpSchema(WIDE);
		const begunAt = performance.now();
		const catalog = await withTarget({ target: targets.attested, login: 'backup', database: WIDE }, readCatalog);
		const fingerprint = fingerprintOf(catalog);
		const ours = Math.round(performance.now() - begunAt);
		say(`  ${catalog.length} entries of ${TABLES} tables, ${fingerprint.slice(0, 8)}: ${ours} ms; pg_dump -s ${theirs} ms`);
		return { ours, theirs };
	});
	return [
		{
			name: `fingerprint of ${TABLES.toLocaleString('en')} tables, beside pg_dump -s`,
			ours: medianOf(times.map(({ ours }) => ours)),
			baseline: medianOf(times.map(({ theirs }) => theirs)),
			unit: 'ms',
			required: judged ? 1 / 3 : null,
		},
	];
}

/** Each with a key, an index, a check, a comment and a privilege; every tenth with a view, a policy and a foreign key too. */
const MANY_TABLES = `
	do $$ begin
		for n in 1 .. ${TABLES} loop
			execute format('create table t_%1$s (id bigint generated always as identity primary key, code text not null unique,
				amount numeric(12, 2) not null default 0 check (amount >= 0), made_at timestamptz not null default now(), note text)', n);
			execute format('create index on t_%1$s (made_at)', n);
			execute format('comment on table t_%1$s is %2$L', n, 'Table ' || n);
			execute format('grant select on t_%1$s to wide_reader', n);
			if n % 10 = 0 then
				execute format('create view v_%1$s as select id, code, amount from t_%1$s where amount > 10', n);
				execute format('alter table t_%1$s enable row level security', n);
				execute format('create policy small_ones on t_%1$s for select to wide_reader using (amount < 100)', n);
				execute format('alter table t_%1$s add before_id bigint references t_%2$s (id)', n, n - 1);
			end if;
			-- One transaction for all would need more locks than a server has.
			commit;
		end loop;
	end $$`;
