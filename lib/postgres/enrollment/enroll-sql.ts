import { escapeLiteral } from 'pg';
import type { Target } from '#lib/domain/target/target.ts';
import { GRANTORS } from '#lib/postgres/backup/needed-roles.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { MARKER_SQL } from '#lib/postgres/marker.ts';
import { PENDING_SQL } from '#lib/postgres/pending.ts';
import { HOST_CPU_FUNCTION, HOST_CPU_SQL } from '#lib/postgres/watching/host-cpu.ts';

/** SQL for one database. All of it can be run again: what is there already stays. */
export type EnrollSection = { title: string; database: string; sql: string };

/**
 * What prepares a target, in order. The run must be able to become `appliesAs`, the restricted roles, those of smoke tests, and of a rehearsal's readers and queries.
 *
 * Least privilege, by login:
 * - run: may become the roles that bundles, trials and smoke tests run as, add and read markers, and say what is pending. It inherits none of them.
 * - backup: reads every row and everybody's activity; makes restore points; reads the host's CPU times, by a function that gives nothing else.
 * - restore: makes databases, ends sessions, and is a member of every role that owns something in the target, has granted what belongs
 *   to others, or has settings of its own there: only so can it give things back to their owners. It may set what the database sets and only superusers may
 *   (an application's own settings are among those), and use the tablespaces that the target uses. It owns the marker and what is pending, so that no bundle's role can change them.
 * No event trigger on login runs when they sign in: where it writes, the database would never be as its backup.
 * A login that is a superuser already is left as it is. Large objects are in no privilege that can be given as a whole: where there
 * are any, grant SELECT on each to the backup login, or name a superuser; until then the dump fails, and is never partial.
 *
 * Grants on pg_catalog's functions go into the maintenance database: in the target they would be part of each dump, and a restore
 * by anybody but a superuser would fail on them.
 */
export function enrollSections(target: Target): EnrollSection[] {
	const { database, maintenanceDatabase, appliesAs } = target.connection;
	const readers = [...target.rehearsal.readers, ...target.rehearsal.queries].map(({ role }) => role);
	const becomes = [...new Set([...(appliesAs ? [appliesAs] : []), ...target.restrictedRoles, ...target.smokeTestRoles, ...readers])];
	return [
		{ title: 'Logins', database: maintenanceDatabase, sql: loginsSql(target, becomes) },
		{ title: 'Marker and privileges in the target', database, sql: targetSql(target) },
	];
}

function loginsSql(target: Target, becomes: string[]): string {
	const { run, backup, restore } = namesOf(target);
	const { maintenanceDatabase } = target.connection;
	return [
		createLogin(run, 'noinherit'),
		createLogin(backup, 'inherit'),
		createLogin(restore, 'inherit'),
		unlessSuperuser(backup, `alter role ${q(backup)} bypassrls; grant pg_read_all_data, pg_monitor to ${q(backup)};`),
		unlessSuperuser(restore, `alter role ${q(restore)} createdb bypassrls; grant pg_signal_backend to ${q(restore)};`),
		...[run, backup, restore].map(quietAtLogin),
		...becomes.map((role) => unlessSuperuser(run, `grant ${q(role)} to ${q(run)};`)),
		`grant connect on database ${q(maintenanceDatabase)} to ${q(run)}, ${q(backup)}, ${q(restore)};`,
		`grant execute on function pg_catalog.pg_create_restore_point(text), pg_catalog.pg_switch_wal() to ${q(backup)};`,
		HOST_CPU_SQL.trim(),
		`grant usage on schema countersign to ${q(backup)};`,
		`grant execute on function ${HOST_CPU_FUNCTION} to ${q(backup)};`,
	].join('\n');
}

function targetSql(target: Target): string {
	const { run, backup, restore } = namesOf(target);
	return [
		MARKER_SQL.trim(),
		PENDING_SQL.trim(),
		`alter schema countersign owner to ${q(restore)};`,
		`alter table countersign.marker owner to ${q(restore)};`,
		`alter table countersign.pending owner to ${q(restore)};`,
		`grant usage on schema countersign to ${q(run)};`,
		`grant select, insert on countersign.marker to ${q(run)};`,
		`grant select, insert, delete on countersign.pending to ${q(run)};`,
		`grant connect on database ${q(target.connection.database)} to ${q(run)}, ${q(backup)}, ${q(restore)};`,
		ownersSql(restore),
	].join('\n');
}

/** Owners are only known when it runs. The bootstrap superuser's objects are in no dependency, so those are looked for apart. */
function ownersSql(restore: string): string {
	return `do $enroll$
declare owner record; place name; setting text;
begin
	if (select rolsuper from pg_catalog.pg_roles where rolname = ${escapeLiteral(restore)}) then return; end if;
	for owner in
		select r.rolname, r.rolsuper from pg_catalog.pg_roles r where r.rolname <> ${escapeLiteral(restore)} and r.rolname !~ '^pg_' and r.oid in (
			select d.datdba from pg_catalog.pg_database d where d.datname = current_database()
			union select s.refobjid from pg_catalog.pg_shdepend s join pg_catalog.pg_database d on d.oid = s.dbid
				where d.datname = current_database() and s.deptype = 'o' and s.refclassid = 'pg_catalog.pg_authid'::regclass
			union select s.setrole from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase where d.datname = current_database()
			union ${GRANTORS}
			union select n.nspowner from pg_catalog.pg_namespace n where n.oid >= 16384 and n.nspname !~ '^pg_'
			union select c.relowner from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid >= 16384 and n.nspname !~ '^pg_'
				and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
			union select p.proowner from pg_catalog.pg_proc p where p.oid >= 16384
				and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'))
	loop
		if owner.rolsuper then
			raise warning 'the superuser % owns the database or something in it: % cannot give that back, so name a superuser as the restore login, or change the owner',
				owner.rolname, ${escapeLiteral(restore)};
		else
			execute format('grant %I to %I', owner.rolname, ${escapeLiteral(restore)});
		end if;
	end loop;
	for place in
		select t.spcname from pg_catalog.pg_tablespace t where t.spcname <> 'pg_default' and (
			t.oid = (select d.dattablespace from pg_catalog.pg_database d where d.datname = current_database())
			or t.oid in (select c.reltablespace from pg_catalog.pg_class c where c.oid >= 16384))
	loop
		execute format('grant create on tablespace %I to %I', place, ${escapeLiteral(restore)});
	end loop;
	for setting in
		select split_part(c, '=', 1) from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) c
		 where d.datname = current_database() and s.setrole = 0 and split_part(c, '=', 1) not in (select name from pg_catalog.pg_settings where context = 'user')
			and split_part(c, '=', 1) not in ('role', 'session_authorization') -- anybody's, though not listed
	loop
		execute format('grant set on parameter %s to %I', (select string_agg(quote_ident(part), '.') from unnest(string_to_array(setting, '.')) part), ${escapeLiteral(restore)});
	end loop;
end $enroll$;`;
}

function createLogin(name: string, inherit: 'inherit' | 'noinherit'): string {
	return `do $enroll$ begin
	if not exists (select from pg_catalog.pg_roles where rolname = ${escapeLiteral(name)}) then create role ${q(name)} login ${inherit}; end if;
end $enroll$;`;
}

function unlessSuperuser(name: string, sql: string): string {
	return `do $enroll$ begin
	if not (select rolsuper from pg_catalog.pg_roles where rolname = ${escapeLiteral(name)}) then ${sql} end if;
end $enroll$;`;
}

/** Since 17. The session then turns them on: who alters things is to be seen by those that watch DDL. */
function quietAtLogin(name: string): string {
	return unlessSuperuser(
		name,
		`if current_setting('server_version_num')::int >= 170000 then
			alter role ${q(name)} set event_triggers = off;
			grant set on parameter event_triggers to ${q(name)};
		end if;`,
	);
}

function namesOf(target: Target): { run: string; backup: string; restore: string } {
	const { run, backup, restore } = target.connection.logins;
	return { run: run.user, backup: backup.user, restore: restore.user };
}

function q(name: string): string {
	// A name inside a dollar-quoted block must not end the block.
	if (name.includes('$enroll$')) throw new Error(`the name ${name} cannot be used in the SQL that enrolls a target`);
	return quoteIdentifier(name);
}
