import { LIMITS, type Manifest } from '#lib/domain/bundle/manifest.ts';
import { PREFLIGHT_SUBJECTS, type Preflight } from '#lib/domain/preflight.ts';
import type { MeasuredTimes } from '#lib/domain/target/predicted-times.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { isOnThisMachine, seenDataDirectory } from '#lib/postgres/backup/free-space.ts';
import { startReading } from '#lib/postgres/catalog/read-impact.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { readObstacles } from '#lib/postgres/sessions/read-obstacles.ts';
import type { NeededLock } from '#lib/sql/plan/touched.ts';
import { replicasBehind } from './replicas-behind.ts';
import { readRolesWithin, rolesOfRun, rolesToBecome } from './roles-to-become.ts';
import { roomLeft } from './room-left.ts';
import { sessionsInTheWay } from './sessions-in-the-way.ts';

export type AskPreflight = {
	target: Target;
	manifest: Pick<Manifest, 'timeouts' | 'standbyCopy' | 'trial' | 'smokeTests'>;
	/** What the change locks that is there already. */
	locks: NeededLock[];
	/** How large its dumps were. */
	dumps: MeasuredTimes['dumps'];
	applicationName: string;
	signal: AbortSignal;
};

const QUESTION_MS = 10_000;

/**
 * What on the target would end a run that began now, or hold it up, each with its remedy. It only reads, and waits for nobody's locks. Throws
 * when the target does not answer.
 */
export async function askPreflight({ target, manifest, locks, dumps, applicationName, signal }: AskPreflight): Promise<Preflight> {
	const { user } = target.connection.logins.run;
	const roles = rolesOfRun(target, manifest);
	const relations = locks.map(({ relation }) => relation);
	const obstacles = await withTarget({ target, login: 'backup', applicationName, signal }, async (client) => {
		await startReading(client, { timeoutMs: QUESTION_MS });
		const read = await readObstacles(client, relations);
		const rolesWithin = await readRolesWithin(client, user, roles);
		// While the connection is there: its process ends with it.
		return { ...read, rolesWithin, isHere: await isOnThisMachine(target, read.pid), dataDirectory: await seenDataDirectory(read) };
	});
	const copies = target.wayBack === 'scratch_restore' || manifest.standbyCopy;
	const items = [
		rolesToBecome(user, roles, obstacles.rolesWithin),
		...sessionsInTheWay({
			sessions: obstacles.sessions,
			locks,
			longTransactionMs: target.thresholds.longTransaction,
			lockTimeoutMs: manifest.timeouts.lock ?? LIMITS.lockTimeoutMs,
		}),
		replicasBehind(obstacles),
		...(await roomLeft({ target, obstacles, dumps, copies })),
	];
	return { at: obstacles.at, items: PREFLIGHT_SUBJECTS.flatMap((subject) => items.filter((item) => item.subject === subject)) };
}
