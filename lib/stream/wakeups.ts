import { env } from '#lib/env.ts';
import { listen } from '#lib/store/listen.ts';

/** Wakes those who wait for news of one key, a run's or a change's id, and those who wait for any. Each call returns a function that stops it. */
export type Wakeups = {
	subscribe: (key: string, wake: () => void) => () => void;
	/** `wake` gets the key, or null when the connection was away: anything may have moved meanwhile. */
	subscribeToAll: (wake: (key: string | null) => void) => () => void;
	isUp: () => boolean;
};

/** Triggers notify them: of a run's id for the journal, of a change's id for the record (prisma/migrations). */
export type Channel = 'countersign_journal' | 'countersign_record';

const held = globalThis as { countersignWakeups?: Map<Channel, Wakeups> };

/** The only listener of this process on that channel, started when it is first asked for. */
export function wakeupsOf(channel: Channel): Wakeups {
	held.countersignWakeups ??= new Map();
	const known = held.countersignWakeups.get(channel) ?? openWakeups(channel, env().COUNTERSIGN_DATABASE_URL);
	held.countersignWakeups.set(channel, known);
	return known;
}

/** Listens on a connection of its own. */
export function openWakeups(channel: Channel, url: string): Wakeups & { close: () => Promise<void> } {
	const sleepers = new Map<string, Set<() => void>>();
	const forAll = new Set<(key: string | null) => void>();
	const listening = listen({
		url,
		channel,
		onNotify: (key) => {
			for (const wake of sleepers.get(key) ?? []) wake();
			for (const wake of forAll) wake(key);
		},
		onReconnect: () => {
			for (const wakes of sleepers.values()) for (const wake of wakes) wake();
			for (const wake of forAll) wake(null);
		},
	});
	return {
		isUp: listening.isUp,
		close: listening.close,
		subscribe: (key, wake) => {
			const wakes = sleepers.get(key) ?? new Set();
			sleepers.set(key, wakes.add(wake));
			return () => {
				wakes.delete(wake);
				if (wakes.size === 0 && sleepers.get(key) === wakes) sleepers.delete(key);
			};
		},
		subscribeToAll: (wake) => {
			forAll.add(wake);
			return () => forAll.delete(wake);
		},
	};
}
