import { findingAbout, findingAt } from '#lib/bundle/finding-at.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { ROWS_NOT_DUMPED } from '#lib/gates/accepted-rows.ts';
import { describeUnrestorable } from '#lib/gates/restorable.ts';
import { type ExtensionRows, extensionRowsInWords, findExtensionRows } from '#lib/postgres/backup/extension-rows.ts';
import { type NeededRole, readNeededRoles } from '#lib/postgres/backup/needed-roles.ts';
import { findUnrestorable } from '#lib/postgres/backup/unrestorable.ts';
import { CATALOG_WITHIN_MS, type CatalogEntry, readBuiltInCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { aboutLoginTriggers, readLoginTriggers } from './login-triggers.ts';
import type { RoleAct, WayBackActs } from './way-back-acts.ts';

type Filed = { target: Target; acts: WayBackActs; standbyCopy: boolean };

/**
 * What stands in the way of a restore, or may do so, told before anybody signs: what the target holds and no restore brings back, and roles that the
 * bundle takes away and a restore needs. A prepared transaction may be gone by then: only the run looks for that.
 */
export async function checkWayBack(filed: Filed): Promise<Finding[]> {
	const { target, acts } = filed;
	const restoreLogin = target.connection.logins.restore.user;
	const place = { target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin(CATALOG_WITHIN_MS) } as const;
	const { unrestorable, rows, roles, superuser, builtIn, login } = await withTarget(place, async (client) => ({
		login: await readLoginTriggers(client, target),
		builtIn: await readBuiltInCatalog(client),
		rows: await findExtensionRows(client),
		unrestorable: (await findUnrestorable(client, restoreLogin)).filter(({ kind }) => kind !== 'prepared transaction'),
		roles: acts.roles.length > 0 ? await readNeededRoles(client, restoreLogin) : [],
		superuser: (await client.query('select from pg_catalog.pg_roles where rolname = $1 and rolsuper', [restoreLogin])).rowCount === 1,
	}));
	const lasting =
		unrestorable.length > 0 ? [findingAbout(null, objectionTo(target.name, describeUnrestorable(unrestorable, restoreLogin)))] : [];
	const usual = await withTarget({ ...place, database: target.connection.maintenanceDatabase }, readBuiltInCatalog);
	// A superuser's restore login comments again.
	const altered = builtIn.filter(
		({ name, definition }) =>
			!(superuser && name === 'comments') && usual.some((entry) => entry.name === name && entry.definition !== definition),
	);
	return [
		...lasting,
		...aboutBuiltIn(target, altered),
		...aboutLoginTriggers(acts, login),
		...rows.map(aboutRows),
		...acts.roles.flatMap((act) => aboutRoles(filed, { act, roles, superuser })),
	];
}

function objectionTo(target: string, { what, instead }: { what: string; instead: string }) {
	return { code: 'cannot_come_back', message: `a restore of ${target} could not bring back: ${what}`, instead };
}

function aboutRoles(
	{ target, standbyCopy }: Filed,
	{ act, roles, superuser }: { act: RoleAct; roles: NeededRole[]; superuser: boolean },
): Finding[] {
	const named = act.roles.filter((name) => roles.some((role) => role.name === name));
	if (named.length === 0) return [];
	const what = `this ${act.drops ? 'drops' : 'renames'} ${named.join(', ')}, and ${target.name} holds what such a role owns or may do`;
	const later = 'Take away in this change what the role owns and may do, and drop or rename it in a later one';
	if (!superuser) {
		const message = `${what}: a restore would need the role, and the restore login ${target.connection.logins.restore.user} is no superuser, so it could not make it again`;
		return [
			findingAt(act.at, { code: 'role_needed', message, instead: `${later}. Or have the deployer name a superuser as the restore login.` }),
		];
	}
	if (!standbyCopy || !act.drops) return [];
	const message = `${what}: so does the standby copy, and PostgreSQL does not drop a role that another database names`;
	return [
		findingAt(act.at, {
			code: 'role_needed',
			message,
			instead: `Leave standbyCopy out: the restore is then made from the dump. Or ${later.toLowerCase()}.`,
		}),
	];
}

/** An extension such as pg_cron keeps its jobs so: nobody could ever file a change there if it could not be accepted. */
function aboutRows(found: ExtensionRows): Finding {
	const what = extensionRowsInWords(found);
	const message = `a restore does not bring back ${what}: pg_dump leaves it out, and CREATE EXTENSION makes its own in its place`;
	const instead =
		'Keep a copy in a table of your own, or ask for a standby copy in the manifest, which has it. An extension of your own can mark it to be dumped: pg_extension_config_dump.';
	return findingAbout(null, { code: ROWS_NOT_DUMPED, severity: 'accept', about: found.name, message, instead });
}

/** A new database cannot be looked at before there is one; the maintenance database was made as one, and hardly anybody alters it. */
function aboutBuiltIn({ name, connection }: Target, altered: CatalogEntry[]): Finding[] {
	if (altered.length === 0) return [];
	const message = `PostgreSQL’s own ${altered.map((entry) => entry.name).join(' and ')} differ between ${name} and the database ${connection.maintenanceDatabase}: no dump holds what was altered of them, so a restore could not bring it back`;
	const instead = 'Undo the alteration. Use your own functions and comments instead.';
	return [findingAbout(null, { code: 'cannot_come_back', message, instead })];
}
