import { env } from '#lib/env.ts';
import { listen } from '#lib/store/listen.ts';

/** Calls `wake` whenever the run may have new journal rows. Returns what stops it. */
export type JournalWakeups = { subscribe: (runId: string, wake: () => void) => () => void };
type Listener = JournalWakeups & { isUp: () => boolean };

/** The trigger on journal_entry notifies it with the run's id (prisma/migrations). */
const CHANNEL = 'countersign_journal';

const held = globalThis as { countersignJournalWakeups?: Listener };

/** The one listener of this process, begun with the first stream. */
export function journalWakeups(): Listener {
	held.countersignJournalWakeups ??= listenForJournal(env().COUNTERSIGN_DATABASE_URL);
	return held.countersignJournalWakeups;
}

function listenForJournal(url: string): Listener {
	const sleepers = new Map<string, Set<() => void>>();
	const listening = listen({
		url,
		channel: CHANNEL,
		onNotify: (runId) => {
			for (const wake of sleepers.get(runId) ?? []) wake();
		},
		onReconnect: () => {
			for (const wakes of sleepers.values()) for (const wake of wakes) wake();
		},
	});
	return {
		isUp: listening.isUp,
		subscribe: (runId, wake) => {
			const wakes = sleepers.get(runId) ?? new Set();
			sleepers.set(runId, wakes.add(wake));
			return () => {
				wakes.delete(wake);
				if (wakes.size === 0 && sleepers.get(runId) === wakes) sleepers.delete(runId);
			};
		},
	};
}
