import { setTimeout as wait } from 'node:timers/promises';
import { reportsMaintenance } from '#lib/application/maintenance-mode.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { env } from '#lib/env.ts';
import { openBackupFolder } from '#lib/postgres/backup/backup-folder.ts';
import { NotConnected } from '#lib/postgres/connection/connect-failure.ts';
import { readTargetHealth, type TargetHealth } from '#lib/postgres/enrollment/read-target-health.ts';
import { missingProgramsFor } from '#lib/postgres/programs/missing-programs.ts';
import { redact } from '#lib/redact.ts';

/** The result of one check. `unknown`: it could not be checked. */
export type TargetCheck = { name: string; state: 'good' | 'attention' | 'bad' | 'unknown'; words: string };

/** How long a page waits for a target. */
const ANSWER_MS = 3_000;

/** The names, so that a page can show placeholders while it waits. */
export const CHECK_NAMES = [
	'Reachable',
	'Enrolled',
	'pg_dump',
	'Backup folder',
	'Archiver',
	'Data checksums',
	'Durability',
	'Maintenance mode',
	'Restricted roles',
] as const;

/** Checks a target now. Never throws, and takes little more than 3 s. */
export async function readTargetChecks(target: Target): Promise<TargetCheck[]> {
	const [health, maintenance, folder] = await Promise.all([healthOf(target), maintenanceOf(target), folderOf(target)]);
	if ('why' in health) {
		const unreached = CHECK_NAMES.filter((name) => !['Reachable', 'Maintenance mode', 'Backup folder'].includes(name)).map((name) =>
			unknown(name, 'not reached'),
		);
		return inOrder([{ name: 'Reachable', state: 'bad', words: health.why }, maintenance, folder, ...unreached]);
	}
	return inOrder([
		reachableCheck(health),
		enrolledCheck(health),
		await dumpCheck(health),
		folder,
		archiverCheck(health, target),
		health.dataChecksums
			? { name: 'Data checksums', state: 'good', words: 'on' }
			: { name: 'Data checksums', state: 'attention', words: 'off: damaged pages would be dumped without notice' },
		durabilityCheck(health),
		maintenance,
		rolesCheck(health, target),
	]);
}

async function healthOf(target: Target): Promise<TargetHealth | { why: string }> {
	return withinTime(readTargetHealth(target, { timeoutMs: ANSWER_MS })).catch((error: Error) => ({
		why: [redact(error.message) || 'no answer', error instanceof NotConnected ? error.failure.instead : ''].filter(Boolean).join(' '),
	}));
}

async function maintenanceOf(target: Target): Promise<TargetCheck> {
	const name = 'Maintenance mode';
	if (target.maintenance === 'none') return { name, state: 'attention', words: 'none defined: nothing keeps the application from writing' };
	return withinTime(reportsMaintenance(target.maintenance)).then(
		(on): TargetCheck => ({
			name,
			state: on ? 'attention' : 'good',
			words: on ? 'on, as the application reports' : 'off, as the application reports',
		}),
		(error: Error): TargetCheck => ({ name, state: 'bad', words: redact(error.message) }),
	);
}

/** On this machine, if the worker runs in the web process. A separate worker checks its own folder when it claims a run. */
async function folderOf({ backup }: Target): Promise<TargetCheck> {
	const name = 'Backup folder';
	if (env().COUNTERSIGN_WORKER === 'separate') return unknown(name, 'workers check it when they claim a run');
	return withinTime(openBackupFolder(backup.folder)).then(
		(): TargetCheck => ({ name, state: 'good', words: 'exists and is writable' }),
		(error: Error): TargetCheck => ({ name, state: 'bad', words: error.message }),
	);
}

function enrolledCheck({ marker }: TargetHealth): TargetCheck {
	const name = 'Enrolled';
	if (marker === 'enrolled') return { name, state: 'good', words: 'marker table exists, and the run login may write to it' };
	if (marker === 'no marker') return { name, state: 'bad', words: 'not enrolled: run npm run enroll for this target' };
	if (marker === 'earlier version')
		return { name, state: 'bad', words: 'by an earlier version: run npm run enroll for this target again; runs are refused until then' };
	return { name, state: 'bad', words: 'the run login may not write the marker or the pending decision: enroll the target again' };
}

function reachableCheck({ serverVersion, standby }: TargetHealth): TargetCheck {
	const name = 'Reachable';
	if (standby) return { name, state: 'bad', words: `PostgreSQL ${serverVersion}, but it is a standby and cannot be changed` };
	return { name, state: 'good', words: `PostgreSQL ${serverVersion}` };
}

async function dumpCheck({ serverMajor }: TargetHealth): Promise<TargetCheck> {
	const name = 'pg_dump';
	const missing = await missingProgramsFor(serverMajor);
	if (missing) return { name, state: 'bad', words: `${missing}: changes are refused until newer programs are installed` };
	return { name, state: 'good', words: 'not older than the server; the other programs are there too' };
}

function archiverCheck({ archiver }: TargetHealth, { recoveryPoint }: Target): TargetCheck {
	const name = 'Archiver';
	const optional = recoveryPoint === 'not_required';
	if (archiver.mode === 'off')
		return { name, state: optional ? 'attention' : 'bad', words: 'archive_mode is off: there is no recovery point' };
	if (archiver.failing) return { name, state: optional ? 'attention' : 'bad', words: 'failing: see archive_command and the server’s log' };
	if (archiver.lastArchivedAt === null) return { name, state: 'attention', words: 'on; nothing archived yet' };
	return { name, state: 'good', words: `last archived ${archiver.lastArchivedAt.replace('T', ' ').replace('Z', ' UTC')}` };
}

function durabilityCheck({ durabilityFlaws, synchronousCommit }: TargetHealth): TargetCheck {
	const name = 'Durability';
	if (durabilityFlaws.length > 0) return { name, state: 'bad', words: durabilityFlaws.join(' ') };
	if (synchronousCommit !== 'off') return { name, state: 'good', words: 'a commit that was answered outlives a crash' };
	return {
		name,
		state: 'attention',
		words: 'synchronous_commit is off: a crash can lose others’ last commits; a run sets it on for its own',
	};
}

function rolesCheck({ rolesMissing, rolesUnbound }: TargetHealth, { restrictedRoles }: Target): TargetCheck {
	const name = 'Restricted roles';
	if (restrictedRoles.length === 0) return { name, state: 'attention', words: 'none defined: bundles cannot have a trial' };
	if (rolesMissing.length > 0) return { name, state: 'bad', words: `missing: ${rolesMissing.join(', ')}` };
	if (rolesUnbound.length > 0) return { name, state: 'bad', words: `row-level security does not apply to: ${rolesUnbound.join(', ')}` };
	return { name, state: 'good', words: restrictedRoles.join(', ') };
}

function unknown(name: string, words: string): TargetCheck {
	return { name, state: 'unknown', words };
}

function inOrder(checks: TargetCheck[]): TargetCheck[] {
	return CHECK_NAMES.flatMap((name) => checks.filter((check) => check.name === name));
}

/** Later answers are ignored; their connections close by themselves. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
	const gaveUp = new AbortController();
	const late = wait(ANSWER_MS, undefined, { signal: gaveUp.signal }).then(() => {
		throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
	});
	late.catch(() => undefined); // Cancelled below when the work finished first.
	try {
		return await Promise.race([work, late]);
	} finally {
		gaveUp.abort();
	}
}
