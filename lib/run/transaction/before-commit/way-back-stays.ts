import { countWords } from '#lib/domain/wording/count-words.ts';
import type { SeenBackup } from '#lib/gates/backup.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { canBecome, findMissingRoles } from '#lib/postgres/backup/needed-roles.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

type RestoreLogin = { superuser: boolean; signsIn: boolean; makesDatabases: boolean; cannotBecome: string | null };

/**
 * Right before COMMIT, inside the transaction: what a restore would need of the cluster is still there, or the restore login may make it
 * again. Whatever the bundle did, and however it did it, it has done by now.
 */
export async function assertWayBackStays(client: TargetClient, { roles }: SeenBackup, login: string): Promise<void> {
	const missing = await findMissingRoles(client, roles);
	const now = await readRestoreLogin(
		client,
		login,
		roles.filter(({ becomes }) => becomes).map(({ oid }) => oid),
	);
	if (missing.length > 0 && !now?.superuser) {
		const names = missing.map(({ role }) => role.name);
		throw new StepFailed({
			code: 'cannot_come_back',
			message: `A restore would need ${countWords(names.length, 'role')} that this change takes away: ${names.join(', ')}. The restore login ${login} is no superuser, and could not make them again.`,
			instead:
				'Rolled back: nothing was changed. Take away in this change what the role owns and may do, and drop or rename the role in a later change.',
		});
	}
	const lack = now === null ? `there would be no role ${login}` : lackOf(now);
	if (lack === null) return;
	throw new StepFailed({
		code: 'cannot_come_back',
		message: `After this change no restore would be possible with the restore login ${login}: ${lack}.`,
		instead: `Rolled back: nothing was changed. Leave to ${login} what it needs, or have the deployer name another restore login.`,
	});
}

function lackOf({ superuser, signsIn, makesDatabases, cannotBecome }: RestoreLogin): string | null {
	if (!signsIn) return 'it could not sign in';
	if (superuser) return null;
	if (!makesDatabases) return 'it could not make a database';
	return cannotBecome === null ? null : `it could not become ${cannotBecome}`;
}

/** As the transaction sees it. The database's owner counts as it is now: who is not its owner cannot set it aside. */
async function readRestoreLogin(client: TargetClient, login: string, become: string[]): Promise<RestoreLogin | null> {
	const { rows } = await client.query<RestoreLogin>(
		`select l.rolsuper as superuser, l.rolcanlogin as "signsIn", l.rolcreatedb as "makesDatabases",
			(select string_agg(r.rolname, ', ' order by r.rolname) from pg_catalog.pg_roles r
			 where (r.oid = any ($2::oid[]) or r.oid = (select datdba from pg_catalog.pg_database where datname = pg_catalog.current_database()))
				and not ${canBecome('l.oid', 'r.oid')}) as "cannotBecome"
		   from pg_catalog.pg_roles l where l.rolname = $1`,
		[login, become],
	);
	return rows[0] ?? null;
}
