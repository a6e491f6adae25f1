import { escapeLiteral } from 'pg';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';

/** On something that initdb made, as COMMENT takes it: `language plpgsql`. Where that cannot be dropped, `on` is its address: it has the same OID everywhere. */
type Comment = { on: string | [catalog: string, oid: string, column: string]; comment: string };
type Grant = { grantor: string; grantee: string | null; privilege: string; column: string | null; grantable: boolean };
/** `on` as GRANT takes it: `language sql`. */
type Privileges = { on: string; owner: string; grants: Grant[] };

/**
 * How a database differs from a new one in what initdb made, as far as pg_dump does not tell: read with the dump, kept beside it. A new
 * database is made equal to it before anything is restored into it.
 */
export type BuiltIn = {
	v: 1;
	present: string[];
	/** Of each extension, named as SQL names it. */
	extensions: { name: string; version: string }[];
	comments: Comment[];
	privileges: Privileges[];
};

/** The file beside a dump that holds it, as canonical JSON. */
export const BUILT_IN_FILE = 'built-in.json';

/** What initdb made and anybody who owns it may drop, as DROP takes it. pg_dump never says that they are gone. */
const PRESENT = `select 'schema ' || quote_ident(nspname) from pg_catalog.pg_namespace where nspname in ('public', 'information_schema')
	union all select 'extension ' || quote_ident(extname) from pg_catalog.pg_extension where extname = 'plpgsql'`;

/** pg_dump writes the comment of the schema public. What can be dropped may have been made anew: then a new database has it under another OID. People choose the OIDs of large objects. */
const COMMENTS = `select to_json(array[classoid::regclass::text, objoid::text, objsubid::text]) as "on", description as comment
	from pg_catalog.pg_description where objoid < 12000 and classoid <> 'pg_catalog.pg_largeobject'::regclass and not (classoid = 'pg_catalog.pg_namespace'::regclass and objoid = 2200)
	union all select to_json(type || ' ' || identity), description
	from pg_catalog.pg_description cross join lateral pg_catalog.pg_identify_object(classoid, objoid, objsubid)
	where objoid >= 12000 and classoid <> 'pg_catalog.pg_largeobject'::regclass and (objoid < 16384 or exists (select from pg_catalog.pg_extension e left join pg_catalog.pg_depend d
		on d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
		where e.extname = 'plpgsql' and (classoid = 'pg_catalog.pg_extension'::regclass and objoid = e.oid or classoid = d.classid and objoid = d.objid)))`;

/** Languages that are no extension's, and all of information_schema. The owner's own grants come first, then as they were made. */
const PRIVILEGES = `with acl (kind, name, owner, col, list, fallback) as (
	select 'language', quote_ident(lanname), lanowner, null, lanacl, acldefault('l', lanowner) from pg_catalog.pg_language where not lanispl
	union all select 'schema', quote_ident(nspname), nspowner, null, nspacl, acldefault('n', nspowner) from pg_catalog.pg_namespace where nspname = 'information_schema'
	union all select 'table', c.oid::regclass::text, relowner, null, relacl, acldefault('r', relowner)
		from pg_catalog.pg_class c where relkind in ('r', 'v') and relnamespace = (select oid from pg_catalog.pg_namespace where nspname = 'information_schema')
	union all select 'table', c.oid::regclass::text, relowner, attname, attacl, null
		from pg_catalog.pg_class c join pg_catalog.pg_attribute a on attrelid = c.oid
		where attacl is not null and relnamespace = (select oid from pg_catalog.pg_namespace where nspname = 'information_schema')
	union all select 'routine', p.oid::regprocedure::text, proowner, null, proacl, acldefault('f', proowner)
		from pg_catalog.pg_proc p where pronamespace = (select oid from pg_catalog.pg_namespace where nspname = 'information_schema')
	union all select 'type', t.oid::regtype::text, typowner, null, typacl, acldefault('T', typowner)
		from pg_catalog.pg_type t where typtype = 'd' and typnamespace = (select oid from pg_catalog.pg_namespace where nspname = 'information_schema'))
	select kind || ' ' || name as "on", pg_get_userbyid(owner) as owner,
		(select coalesce(json_agg(json_build_object('grantor', pg_get_userbyid(x.grantor), 'grantee', case when x.grantee <> 0 then pg_get_userbyid(x.grantee) end,
			'privilege', x.privilege_type, 'column', part.col, 'grantable', x.is_grantable) order by x.grantor <> part.owner, part.col nulls first, x.ordinality), '[]')
		 from acl part cross join lateral aclexplode(coalesce(part.list, part.fallback)) with ordinality x where part.kind = acl.kind and part.name = acl.name) as grants
	from acl where col is null order by 1`;

/** Reads it of the database that the client is connected to. */
export async function readBuiltIn(client: TargetClient): Promise<BuiltIn> {
	await client.query('begin isolation level repeatable read read only');
	try {
		await client.query("set local search_path = ''");
		const { rows } = await client.query<{ found: string }>(`select json_build_object(
			'present', (select coalesce(json_agg(thing order by thing), '[]') from (${PRESENT}) p (thing)),
			'extensions', (select coalesce(json_agg(json_build_object('name', quote_ident(extname), 'version', extversion) order by extname), '[]') from pg_catalog.pg_extension),
			'comments', (select json_agg(c) from (${COMMENTS}) c), 'privileges', (select json_agg(p) from (${PRIVILEGES}) p)) as found`);
		return { v: 1, ...JSON.parse(String(rows[0]?.found)) };
	} finally {
		await client.query('rollback');
	}
}

/**
 * Makes a database that has just been created from template0 equal to what was kept. What of it was changed belongs to a superuser, so
 * that another login fails here, with the statement that it may not run.
 */
export async function matchBuiltIn(client: TargetClient, kept: BuiltIn): Promise<void> {
	const made = await readBuiltIn(client);
	const dropped = made.present.filter((thing) => !kept.present.includes(thing));
	await queryEach(
		client,
		dropped.map((thing) => `drop ${thing} cascade`),
	);
	const fresh = dropped.length > 0 ? await readBuiltIn(client) : made;
	await queryEach(client, await commentStatements(client, fresh.comments, kept.comments));
	await queryEach(
		client,
		kept.privileges.flatMap((privileges) => privilegeStatements(fresh, privileges)),
	);
}

async function queryEach(client: TargetClient, statements: string[]): Promise<void> {
	for (const sql of statements) {
		await client.query(sql).catch((cause: Error) => {
			const why = 'built-in objects of PostgreSQL were changed in this database, and only a superuser can repeat that';
			throw new Error(`${why}: ${sql}: ${cause.message}`, { cause });
		});
	}
}

async function commentStatements(client: TargetClient, fresh: Comment[], kept: Comment[]): Promise<string[]> {
	const before = new Map(fresh.map(({ on, comment }) => [JSON.stringify(on), comment]));
	const after = new Map(kept.map(({ on, comment }) => [JSON.stringify(on), comment]));
	const differing = [...new Set([...before.keys(), ...after.keys()])].filter((on) => before.get(on) !== after.get(on));
	const statements: string[] = [];
	for (const on of differing) {
		const subject = await subjectOf(client, JSON.parse(on) as Comment['on']);
		const comment = after.get(on);
		statements.push(`comment on ${subject} is ${comment === undefined ? 'null' : escapeLiteral(comment)}`);
	}
	return statements;
}

async function subjectOf(client: TargetClient, on: Comment['on']): Promise<string> {
	if (typeof on === 'string') return asComment(on);
	const address = "select type || ' ' || identity as name from pg_catalog.pg_identify_object($1::regclass, $2, $3)";
	const { rows } = await client.query<{ name: string }>(address, on);
	return asComment(String(rows[0]?.name));
}

/** A column of a view is a column. */
function asComment(subject: string): string {
	return subject.replace(/^(?:table|view) column /, 'column ');
}

function privilegeStatements(fresh: BuiltIn, { on, owner, grants }: Privileges): string[] {
	const now = fresh.privileges.find((privileges) => privileges.on === on);
	if (now === undefined || canonicalBytes(now.grants).equals(canonicalBytes(grants))) return [];
	const to = (grantee: string | null) => (grantee === null ? 'public' : quoteIdentifier(grantee));
	const holders = [...new Set(now.grants.map(({ grantee }) => to(grantee)))];
	const given = grants.map(({ grantor, grantee, privilege, column, grantable }) => {
		const what = column === null ? privilege : `${privilege} (${quoteIdentifier(column)})`;
		const grant = `grant ${what} on ${on} to ${to(grantee)}${grantable ? ' with grant option' : ''}`;
		return grantor === owner ? grant : `set role ${quoteIdentifier(grantor)}; ${grant}; reset role`;
	});
	return [...(holders.length > 0 ? [`revoke all on ${on} from ${holders.join(', ')} cascade`] : []), ...given];
}
