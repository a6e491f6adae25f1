import { StepFailed } from '#lib/gates/gate.ts';
import type { Store } from '#lib/store/client.ts';

/** How soon the owner of a run notices that somebody pressed Abort. */
const LOOK_EVERY_MS = 200;

/** Somebody of the team pressed Abort. */
export class AbortPressed extends StepFailed {
	/** When, by the console database's clock. */
	readonly pressedAt: Date;

	constructor({ by, reason, at }: { by: string; reason: string; at: Date }) {
		super({
			code: 'aborted',
			message: `Aborted by ${by}${reason ? `: ${reason}` : ''}.`,
			instead: 'The run stops; what it had not committed is rolled back.',
		});
		this.name = 'AbortPressed';
		this.pressedAt = at;
	}
}

/** Calls `onAbort` for every press of Abort from now on, until stopped. An error of the console's database is for the heartbeat to judge. */
export function heedAborts({ store, runId, onAbort }: { store: Store; runId: string; onAbort: (pressed: AbortPressed) => void }): {
	stop: () => void;
} {
	let last: bigint | null = null;
	let stopped = false;
	let timer: NodeJS.Timeout;
	const look = async () => {
		const presses = await store.runAbort
			.findMany({
				where: { runId, ...(last === null ? {} : { id: { gt: last } }) },
				orderBy: { id: 'asc' },
				include: { person: { select: { name: true } } },
			})
			.catch(() => []);
		if (stopped) return;
		for (const press of presses) {
			last = press.id;
			onAbort(new AbortPressed({ by: press.person.name, reason: press.reason, at: press.at }));
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
