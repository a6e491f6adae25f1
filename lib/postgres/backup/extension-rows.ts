import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/**
 * What pg_dump leaves out of an extension's own table or sequence: a restore has there what the extension makes. `rows`: how many were written
 * since the extension was made or updated, counted up to MOST_COUNTED and one; null for a sequence.
 */
export type ExtensionRows = { name: string; extension: string; rows: number | null };

const MOST_COUNTED = 1_000;

/**
 * Tables of extensions with rows that pg_dump leaves out and that somebody wrote since the extension was made or updated: a restore has the
 * extension's own rows there instead, as many perhaps, but other ones. What the extension has marked to be dumped (pg_extension_config_dump) is.
 * And sequences of extensions that are not dumped either and do not stand at their start. By name.
 */
export async function findExtensionRows(client: TargetClient): Promise<ExtensionRows[]> {
	const { rows: members } = await client.query<Member>(`
		select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, e.extname as extension, e.xmin::text as "madeBy", s.seqstart::text as start,
		       (select e.extcondition[x.at] from pg_catalog.generate_subscripts(e.extconfig, 1) x (at) where e.extconfig[x.at] = c.oid) as dumped
		  from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid join pg_catalog.pg_class c on c.oid = d.objid
		  join pg_catalog.pg_namespace n on n.oid = c.relnamespace left join pg_catalog.pg_sequence s on s.seqrelid = c.oid
		 where d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.classid = 'pg_catalog.pg_class'::regclass
		   and c.relkind in ('r', 'S') and c.relpersistence <> 't'
		 order by 1`);
	const found: ExtensionRows[] = [];
	for (const member of members) {
		const { name, extension, dumped, start } = member;
		// All of them are dumped.
		if (dumped !== null && (dumped.trim() === '' || start !== null)) continue;
		const rows = await (start === null ? countChanged(client, member) : countMoves(client, { name, start }));
		if (rows > 0) found.push({ name, extension, rows: start === null ? rows : null });
	}
	return found;
}

type Member = { name: string; extension: string; madeBy: string; start: string | null; dumped: string | null };

async function countChanged(client: TargetClient, { name, madeBy, dumped }: Member): Promise<number> {
	const left = dumped === null ? '' : `except select ctid from only ${name} ${dumped}`;
	const { rowCount } = await client.query(
		`select from (select ctid from only ${name} where pg_catalog.age(xmin) < pg_catalog.age('${madeBy}'::xid) ${left}) changed limit ${MOST_COUNTED + 1}`,
	);
	return rowCount ?? 0;
}

/** 1 where it has given a number or was set; 0 where it stands as a new one does. */
async function countMoves(client: TargetClient, { name, start }: { name: string; start: string }): Promise<number> {
	const { rowCount } = await client.query(`select from ${name} where is_called or last_value <> ${BigInt(start)}`);
	return rowCount ?? 0;
}

/** "3 rows of eng.job of the extension pg_cron". */
export function extensionRowsInWords({ name, extension, rows }: ExtensionRows): string {
	if (rows === null) return `where the sequence ${name} of the extension ${extension} stands`;
	const many = rows > MOST_COUNTED ? `more than ${MOST_COUNTED.toLocaleString('en')} rows` : rows === 1 ? '1 row' : `${rows} rows`;
	return `${many} of ${name} of the extension ${extension}`;
}
