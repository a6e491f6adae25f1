import type { OnParsed, StatementPlace } from '#lib/bundle/check-file.ts';
import type { ParsedStatement } from '#lib/sql/split-statements.ts';

/** As far as the text tells which roles are taken away. A DO block says nothing: that is looked at before COMMIT. */
export type RoleAct = { at: StatementPlace; drops: boolean; roles: string[] };

/** An event trigger that is made for logins, or one of unknown event that is enabled. */
export type EventTriggerAct = { at: StatementPlace; name: string; isMade: boolean };

/** What statements of a bundle do that bears on a restore. */
export type WayBackActs = { roles: RoleAct[]; eventTriggers: EventTriggerAct[] };

/** Gathers it from the statements as they are checked. */
export function readWayBackActs(): { acts: WayBackActs; read: OnParsed } {
	const acts: WayBackActs = { roles: [], eventTriggers: [] };
	return {
		acts,
		read: (statement, at) => {
			const roles = rolesTakenAway(statement);
			if (roles.length > 0) acts.roles.push({ at, drops: statement.kind === 'DropRoleStmt', roles });
			const { kind, node } = statement;
			const isMade = kind === 'CreateEventTrigStmt' && node?.eventname === 'login';
			const isEnabled = kind === 'AlterEventTrigStmt' && ['O', 'A'].includes(String(node?.tgenabled));
			if (isMade || isEnabled) acts.eventTriggers.push({ at, name: String(node?.trigname), isMade });
		},
	};
}

function rolesTakenAway({ kind, node }: ParsedStatement): string[] {
	if (kind === 'RenameStmt' && node?.renameType === 'OBJECT_ROLE') return [String(node.subname)];
	if (kind !== 'DropRoleStmt') return [];
	return ((node?.roles as { RoleSpec?: { rolename?: string } }[] | undefined) ?? []).flatMap(({ RoleSpec }) => RoleSpec?.rolename ?? []);
}
