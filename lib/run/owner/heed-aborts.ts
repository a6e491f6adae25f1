import { StepFailed } from '#lib/gates/gate.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { updateOwnRun } from './journal.ts';

/** How soon the owner of a run notices an abort. */
const LOOK_EVERY_MS = 200;

/** Somebody on the team aborted the run. */
export class AbortPressed extends StepFailed {
	/** When, by the console database's clock. */
	readonly pressedAt: Date;

	constructor({ by, reason, at }: { by: string; reason: string; at: Date }) {
		super({
			code: 'aborted',
			message: `Aborted by ${by}${reason ? `: ${reason}` : ''}.`,
			instead: 'The run stops. Anything not committed is rolled back.',
		});
		this.name = 'AbortPressed';
		this.pressedAt = at;
	}
}

type HeedInput = {
	store: Store;
	runId: string;
	/** Aborts up to this one have been handled already, or people have decided since. */
	heardTo: bigint | null;
	onAbort: (pressed: AbortPressed) => void;
};

/** Calls `onAbort` for every new abort, until stopped. The heartbeat handles errors of the console's database. */
export function heedAborts({ store, runId, heardTo, onAbort }: HeedInput): { stop: () => void } {
	let last = heardTo;
	let stopped = false;
	let timer: NodeJS.Timeout;
	const look = async () => {
		const presses = await readPresses(store, { runId, heardTo: last }).catch(() => []);
		if (stopped) return;
		for (const { id, pressed } of presses) {
			last = id;
			onAbort(pressed);
		}
		timer = setTimeout(look, LOOK_EVERY_MS);
	};
	timer = setTimeout(look, 0);
	return {
		stop: () => {
			stopped = true;
			clearTimeout(timer);
		},
	};
}

type Press = { id: bigint; pressed: AbortPressed };

async function readPresses(tx: Store | StoreTransaction, { runId, heardTo }: { runId: string; heardTo: bigint | null }): Promise<Press[]> {
	const rows = await tx.runAbort.findMany({
		where: { runId, ...(heardTo === null ? {} : { id: { gt: heardTo } }) },
		orderBy: { id: 'asc' },
		include: { person: { select: { name: true } } },
	});
	return rows.map((row) => ({ id: row.id, pressed: new AbortPressed({ by: row.person.name, reason: row.reason, at: row.at }) }));
}

/**
 * Locks the run's row, which every abort locks too, and returns the first abort that was not handled yet, if any. Until
 * this transaction ends no other can come.
 */
export async function lockAgainstAborts(tx: StoreTransaction, runId: string): Promise<AbortPressed | null> {
	const [row] = await tx.$queryRaw<{ heardTo: bigint | null }[]>`
		select aborts_heard_to as "heardTo" from run where id = ${runId}::uuid for update`;
	if (!row) throw new Error(`run ${runId} does not exist`);
	const [first] = await readPresses(tx, { runId, heardTo: row.heardTo });
	return first?.pressed ?? null;
}

/** People decide now, or have decided: earlier aborts no longer count. The run's row must be locked. */
export async function hearAborts(tx: StoreTransaction, runId: string): Promise<void> {
	await tx.$executeRaw`
		update run set aborts_heard_to = (select max(id) from run_abort where run_id = ${runId}::uuid) where id = ${runId}::uuid`;
}

/**
 * From here on an abort is refused with `why`, unless one came before; then this throws it. Both lock the run's
 * row, so that nobody reads "aborting" while the run goes on.
 */
export async function refuseAborts({ store, runId, fence }: { store: Store; runId: string; fence: number }, why: string): Promise<void> {
	await store.$transaction(async (tx) => {
		const pressed = await lockAgainstAborts(tx, runId);
		if (pressed) throw pressed;
		await updateOwnRun(tx, { runId, fence }, { abortsRefused: why });
	});
}
