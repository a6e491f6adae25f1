import { randomBytes } from 'node:crypto';

/** The server makes the name; no part of it comes from a person. It has milliseconds, because names decide which backups are the newest. */
export function backupName(target: string, runId: string): string {
	const time = new Date().toISOString().replace(/[-:.Z]/g, '');
	return `${target}_${time}_${runId.slice(0, 8)}_${randomBytes(3).toString('hex')}`;
}

/** The first part of the id of the run that made this backup of that target; null when it is not one. */
export function runIdInBackup(name: string, target: string): string | null {
	const [ofTarget, time = '', runId = '', random = '', ...more] = name.split('_');
	if (ofTarget !== target || more.length > 0) return null;
	return /^\d{8}T\d{9}$/.test(time) && /^[0-9a-f]{8}$/.test(runId) && /^[0-9a-f]{6}$/.test(random) ? runId : null;
}
