import type { PreflightItem, PreflightSubject } from '#lib/domain/preflight.ts';
import { type MeasuredTimes, predictDumpBytes } from '#lib/domain/target/predicted-times.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { type FreeSpace, readFreeSpace } from '#lib/postgres/backup/free-space.ts';
import type { Obstacles } from '#lib/postgres/sessions/read-obstacles.ts';
import { itemOf } from './item-of.ts';

type Asked = {
	target: Target;
	/** `isHere`: the server runs on this machine. */
	obstacles: Pick<Obstacles, 'databaseBytes' | 'dataDirectory' | 'isInDataDirectory'> & { isHere: boolean };
	dumps: MeasuredTimes['dumps'];
	/** Whether the run makes a copy of the database beside it; else only a restore would. */
	copies: boolean;
};

/** What must fit, in words. `certain`: how much of it every run writes, by measure; one that finds less than half of that cannot succeed. */
type Need = { bytes: number; words: string; certain: number };
type Room = FreeSpace | { unknown: string };

/** Whether the disks have room for what a run writes: its copy of the database, and its dump. */
export async function roomLeft({ target, obstacles, dumps, copies }: Asked): Promise<PreflightItem[]> {
	const { databaseBytes } = obstacles;
	const [database, backups] = await Promise.all([roomOfDatabase(obstacles), roomOfBackups(target)]);
	const dump = predictDumpBytes(dumps, databaseBytes);
	const needsCopy: Need = {
		bytes: databaseBytes,
		words: `a copy of the database (${formatBytes(databaseBytes)})${copies ? '' : ' if it must be restored'}`,
		certain: copies ? databaseBytes : 0,
	};
	const needsDump: Need = {
		bytes: dump.bytes,
		words: `a dump of about ${formatBytes(dump.bytes)} (${dump.measured > 0 ? `as the last ${countWords(dump.measured, 'dump')} of it` : 'a guess: no dump of it was measured yet'})`,
		certain: dump.measured > 0 ? dump.bytes : 0,
	};
	const areOne = 'device' in database && 'device' in backups && database.device === backups.device;
	return [
		judge('disk of the database', database, areOne ? both(needsCopy, needsDump) : needsCopy),
		judge('disk of the backups', backups, areOne ? both(needsDump, needsCopy) : needsDump),
	];
}

function judge(subject: PreflightSubject, room: Room, need: Need): PreflightItem {
	if ('unknown' in room)
		return { subject, state: 'unknown', words: `${room.unknown}; the run needs room for ${need.words}`, obstacles: [] };
	const free = `${formatBytes(room.bytes)} free; the run needs room for ${need.words}`;
	if (room.bytes >= need.bytes) return itemOf(subject, [], free);
	const isHopeless = room.bytes < need.certain / 2;
	return itemOf(
		subject,
		[
			{
				state: isHopeless ? 'blocks' : 'warns',
				what: `${free}.`,
				effect:
					subject === 'disk of the database'
						? 'A disk that fills up while the backup is restored beside the live database stops the whole server.'
						: 'A disk that fills up ends the backup, and with it the run, before anything is changed.',
				remedy:
					subject === 'disk of the database'
						? 'Make room on the disk of the database.'
						: 'Make room on the disk of the backup folder, or keep fewer dumps (backup.keep).',
			},
		],
		free,
	);
}

function both(one: Need, other: Need): Need {
	return {
		bytes: one.bytes + other.bytes,
		words: `${one.words} and, on the same disk, ${other.words}`,
		certain: one.certain + other.certain,
	};
}

async function roomOfDatabase({ dataDirectory, isInDataDirectory, isHere }: Asked['obstacles']): Promise<Room> {
	if (!isHere) return { unknown: 'the server is on another machine, and PostgreSQL does not tell how much is free there' };
	if (!isInDataDirectory) return { unknown: 'the database has tablespaces of its own, whose disks are not asked' };
	if (dataDirectory === null) return { unknown: 'it cannot be seen from here where the server keeps its data' };
	return readFreeSpace(dataDirectory).catch((error: NodeJS.ErrnoException) => ({
		unknown: `${dataDirectory} cannot be measured (${error.code ?? error.message})`,
	}));
}

async function roomOfBackups({ backup }: Target): Promise<Room> {
	return readFreeSpace(backup.folder).catch((error: NodeJS.ErrnoException) => ({
		unknown: `${backup.folder} cannot be measured from here (${error.code ?? error.message}): the first run makes it, or only the workers have it`,
	}));
}
