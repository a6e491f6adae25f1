import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/**
 * Tables of extensions with rows that pg_dump leaves out and that somebody wrote since the extension was made or updated: a restore has the
 * extension's own rows there instead, as many perhaps, but other ones. What the extension has marked to be dumped (pg_extension_config_dump) is.
 * By name.
 */
export async function findChangedExtensionRows(client: TargetClient): Promise<string[]> {
	const { rows: tables } = await client.query<{ name: string; madeBy: string; dumped: string | null }>(`
		select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, e.xmin::text as "madeBy",
		       (select e.extcondition[x.at] from pg_catalog.generate_subscripts(e.extconfig, 1) x (at) where e.extconfig[x.at] = c.oid) as dumped
		  from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid join pg_catalog.pg_class c on c.oid = d.objid
		  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.classid = 'pg_catalog.pg_class'::regclass
		   and c.relkind = 'r' and c.relpersistence <> 't'
		 order by 1`);
	const found: string[] = [];
	for (const { name, madeBy, dumped } of tables) {
		// All of them are dumped.
		if (dumped !== null && dumped.trim() === '') continue;
		const left = dumped === null ? '' : `except select ctid from only ${name} ${dumped}`;
		const { rowCount } = await client.query(
			`select from (select ctid from only ${name} where pg_catalog.age(xmin) < pg_catalog.age('${madeBy}'::xid) ${left}) changed limit 1`,
		);
		if (rowCount) found.push(name);
	}
	return found;
}
