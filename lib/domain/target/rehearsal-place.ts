import type { Target } from './target.ts';

/**
 * Where a target's rehearsals make their copies, to be connected to like a target: its own server, or the one that the deployer names for
 * them. That one has no database of the target's name: what connects without naming one comes into the maintenance database.
 */
export function rehearsalPlace(target: Target): Target {
	const { server } = target.rehearsal;
	if (!server) return target;
	const { appliesAs } = target.connection;
	return { ...target, connection: { ...server, database: server.maintenanceDatabase, ...(appliesAs === undefined ? {} : { appliesAs }) } };
}
