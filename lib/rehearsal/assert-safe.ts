import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import { type Plan, StepFailed } from '#lib/gates/gate.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { lineIndex } from '#lib/sql/line-index.ts';
import { actsOutside } from '#lib/sql/plan/beyond-restore.ts';
import { readStatements } from '#lib/sql/split-statements.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';

/** What lets a session act beyond its own database, whatever is rolled back or thrown away afterwards. */
const REACHES = ['pg_execute_server_program', 'pg_write_server_files', 'pg_signal_backend'];

/**
 * Nobody has signed yet what is rehearsed, and it may run on the server of the live database. So it is refused where the run's login may act
 * beyond a database, and where a statement says that it does: in a copy that would happen too. Throws before anything is copied.
 */
export async function assertSafe({ id, place: target, plan, signal }: OpenRehearsal): Promise<void> {
	await assertStaysInside(plan);
	const { user } = target.connection.logins.run;
	const place = { target, login: 'backup', applicationName: `countersign rehearse ${id}`, signal } as const;
	const may = await withTarget(place, async (client) => {
		const { rows } = await client.query<{ super: boolean; replicates: boolean; reaches: string | null }>(
			`select r.rolsuper as super, r.rolreplication as replicates,
			        (select pg_catalog.string_agg(p.rolname, ', ') from pg_catalog.pg_roles p
			          where p.rolname = any ($2) and pg_catalog.pg_has_role(r.oid, p.oid, 'member')) as reaches
			   from pg_catalog.pg_roles r where r.rolname = $1`,
			[user, REACHES],
		);
		if (!rows[0]) throw new Error(`the server has no role ${user}`);
		return rows[0];
	});
	const why = may.super ? 'is a superuser' : may.replicates ? 'may replicate' : may.reaches ? `is a member of ${may.reaches}` : null;
	if (why) throw notSafe(`The run’s login ${user} ${why}: SQL that nobody has signed could act beyond the copy.`);
}

/** The bundle's statements, and those of its checks. */
async function assertStaysInside({ files, manifest }: Plan): Promise<void> {
	const queries = manifest.trial.flatMap((entry) => ('sql' in entry ? [entry.sql] : []));
	const checks = [...queries, ...manifest.verifications.map(({ sql }) => sql), ...manifest.smokeTests.map(({ sql }) => sql)];
	for (const { path, bytes } of [...files, ...checks.map((sql) => ({ path: MANIFEST_NAME, bytes: Buffer.from(sql) }))])
		for await (const reading of readStatements(bytes, lineIndex(bytes))) {
			if (reading.found !== 'statement') continue;
			const { kind, node, line } = reading.statement;
			if (node && actsOutside(kind, node))
				throw notSafe('This statement acts beyond its database, and would do that from a copy too, before anybody has signed it.', {
					file: path,
					...(path === MANIFEST_NAME ? {} : { line }),
				});
		}
}

function notSafe(message: string, place: { file?: string; line?: number } = {}): StepFailed {
	return new StepFailed({
		code: 'rehearsal_not_safe',
		message,
		instead:
			'Nothing was copied or applied. Enroll the target with a login that has the least privileges, or sign without a rehearsal where the target allows it.',
		...place,
	});
}
