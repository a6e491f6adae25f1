import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';

/** Extensions whose functions reach other servers, or programs of this one. */
const REACHING_OUT = [
	'dblink',
	'http',
	'pg_net',
	'pgsql_http',
	'aws_s3',
	'aws_lambda',
	'plpython3u',
	'plperlu',
	'pltclu',
	'plsh',
	'pg_cron',
	'pg_background',
];

/**
 * Cuts a copy of the database off from all that is outside: nobody has a user mapping for a foreign server any more, and whoever had EXECUTE on
 * a function that reaches out has lost it. (Subscriptions come disabled out of a dump.) `role` is who applies the change: throws where it
 * could still call one, as its owner. The catalog is compared from here on.
 */
export async function cutOff(client: TargetClient, role: string): Promise<void> {
	const { rows: mappings } = await client.query<{ server: string; user: string }>(
		`select srvname as server, coalesce(pg_catalog.quote_ident(r.rolname), 'public') as user
		   from pg_catalog.pg_user_mappings m left join pg_catalog.pg_roles r on r.oid = m.umuser and m.umuser <> 0`,
	);
	for (const { server, user } of mappings) await client.query(`drop user mapping for ${user} server ${quoteIdentifier(server)}`);
	const { rows: grants } = await client.query<{ name: string; user: string }>(
		`select p.oid::regprocedure::text as name, case a.grantee when 0 then 'public' else a.grantee::regrole::text end as user
		   from ${REACHING_FUNCTIONS} cross join pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
		  where a.grantee <> p.proowner`,
		[REACHING_OUT],
	);
	for (const { name, user } of grants) await client.query(`revoke all on routine ${name} from ${user} cascade`);
	const { rows: left } = await client.query<{ name: string }>(
		`select p.oid::regprocedure::text as name from ${REACHING_FUNCTIONS} where pg_catalog.has_function_privilege($2, p.oid, 'execute') limit 1`,
		[REACHING_OUT, role],
	);
	if (left[0])
		throw new StepFailed({
			code: 'rehearsal_not_safe',
			message: `${role} may call ${left[0].name}, which reaches out of the copy, and that cannot be taken from it.`,
			instead: 'Nothing was applied. Let another role own that extension, or sign without a rehearsal where the target allows it.',
		});
}

const REACHING_FUNCTIONS = `pg_catalog.pg_extension e
	join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e' and e.extname = any ($1)
	join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid`;
