import { StepFailed } from '#lib/gates/gate.ts';
import { readRolesWithin } from '#lib/gates/preflight/roles-to-become.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import type { OpenRehearsal } from '../open-rehearsal.ts';

/** The run's login can become every role that the target's readers and queries name. Throws a StepFailed before anything is copied. */
export async function assertReaders({ id, place: target, signal }: Pick<OpenRehearsal, 'id' | 'place' | 'signal'>): Promise<void> {
	const { readers, queries } = target.rehearsal;
	const roles = [...new Set([...readers, ...queries].map(({ role }) => role))];
	if (roles.length === 0) return;
	const { user } = target.connection.logins.run;
	const place = { target, login: 'backup', applicationName: `countersign rehearse ${id}`, signal } as const;
	const usable = await withTarget(place, (client) => readRolesWithin(client, user, roles));
	const missing = roles.filter((role) => !usable.includes(role));
	if (missing.length === 0) return;
	throw new StepFailed({
		code: 'reader_not_usable',
		message: `The run’s login ${user} cannot become ${missing.join(', ')}, which the target’s readers or queries name, or there is no such role.`,
		instead: 'Nothing was copied. Enroll the target again, or correct the roles in its definition (rehearsal.readers, rehearsal.queries).',
	});
}
