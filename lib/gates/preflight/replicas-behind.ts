import type { PreflightItem } from '#lib/domain/preflight.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import type { IdleSlot, Obstacles, Replica } from '#lib/postgres/sessions/read-obstacles.ts';
import { itemOf, type Weighed } from './item-of.ts';

const BEHIND_MS = 30_000;
const BEHIND_BYTES = 256e6;
const KEPT_BYTES = 1e9;

/** Replicas that COMMIT would wait for in vain, that lag, and logs that are kept for nobody. */
export function replicasBehind({
	replicas,
	synchronousStandbys,
	idleSlots,
}: Pick<Obstacles, 'replicas' | 'synchronousStandbys' | 'idleSlots'>): PreflightItem {
	const found = [
		...missingSynchronous(replicas, synchronousStandbys),
		...replicas.filter(isBehind).map(behind),
		...idleSlots.filter(({ keptBytes }) => keptBytes >= KEPT_BYTES).map(keptForNobody),
	];
	return itemOf('replicas', found, replicas.length === 0 ? 'none is connected' : `${countWords(replicas.length, 'replica')}, none behind`);
}

/** How many must answer: 'FIRST 2 (a, b)' and 'ANY 2 (a, b)' say it, '2 (a, b)' too; 'a, b' and '*' mean one. */
export function synchronousNeeded(names: string): number {
	if (names.trim() === '') return 0;
	return Number(/^\s*(?:(?:first|any)\s+)?(\d+)\s*\(/i.exec(names)?.[1] ?? 1);
}

function missingSynchronous(replicas: Replica[], names: string): Weighed[] {
	const needed = synchronousNeeded(names);
	const connected = replicas.filter(({ isSynchronous }) => isSynchronous).length;
	if (connected >= needed) return [];
	return [
		{
			state: 'blocks',
			what: `COMMIT waits for ${countWords(needed, 'synchronous replica')} (synchronous_standby_names is ${names}), and ${connected} of them ${connected === 1 ? 'is' : 'are'} connected.`,
			effect: 'Every COMMIT on this server waits without end, that of a run too.',
			remedy: 'Bring the replica back, or take it out of synchronous_standby_names and reload the server.',
		},
	];
}

function isBehind({ lagBytes, lagMs }: Replica): boolean {
	return lagBytes >= BEHIND_BYTES || (lagMs ?? 0) >= BEHIND_MS;
}

function behind({ name, lagBytes, lagMs, isSynchronous }: Replica): Weighed {
	return {
		state: 'warns',
		what: `Replica ${name} is ${lagMs === null ? '' : `${durationWords(lagMs)} and `}${formatBytes(lagBytes)} behind.`,
		effect: isSynchronous
			? 'COMMIT may wait for it while the locks of the change are held.'
			: 'Whoever reads there sees the database before the change for so long. What the run writes for its way back comes on top.',
		remedy: 'Find out what holds it up (a query there, the network), or tell its readers.',
	};
}

function keptForNobody({ name, keptBytes }: IdleSlot): Weighed {
	return {
		state: 'warns',
		what: `Nobody reads replication slot ${name}, for which the server keeps ${formatBytes(keptBytes)} of its log.`,
		effect:
			'The restore beside the live database writes about as much log as the database is large: it is kept too, and a full disk stops the server.',
		remedy: `Start what reads it, or remove it: select pg_drop_replication_slot('${name.replaceAll("'", "''")}');`,
	};
}
