import type { Cluster } from '#tests/support/cluster.ts';
import type { Place } from '#tests/support/global-setup.ts';
import { startConsoleCluster, startTargetCluster } from '#tests/support/start-clusters.ts';

/** Limits for what hangs, not measures: the longest row takes four minutes, and a busy machine several times that. */
const LIMIT_MS = 1_200_000;
const UNDO_LIMIT_MS = 60_000;

/** Shared servers, and a place to say what is to be undone when it is over. */
export type Ground = {
	console: Place;
	target: Place;
	/** Undone in the reverse order, whatever happened. */
	atEnd(undo: () => Promise<unknown>): void;
};

/** What a row finds: the shared servers, and others that it may crash. */
export type World = Ground & {
	/** A server of a row's own for a while, to be crashed, filled and misconfigured: no other row has it meanwhile. */
	borrowTarget(): Promise<Cluster>;
	borrowConsole(): Promise<Cluster>;
	/** How long after an owner's death another worker had its run. */
	tookOverAfter(ms: number): void;
};

export type Worlds = {
	/** Lends a world for one run of one row, and undoes what that row has asked to be undone. */
	within<T>(work: (world: World) => Promise<T>): Promise<T>;
	takeoversMs: number[];
	close(): Promise<void>;
};

export async function openWorlds(): Promise<Worlds> {
	const started: Cluster[] = [];
	const takeoversMs: number[] = [];
	const keep = async (starting: Promise<Cluster>) => {
		const cluster = await starting;
		started.push(cluster);
		return cluster;
	};
	const close = async () => {
		for (const cluster of started.splice(0)) await cluster.destroy();
	};
	try {
		const [console, target] = [await keep(startConsoleCluster()), await keep(startTargetCluster())];
		const spareTarget = makeLoan(() => keep(startTargetCluster()));
		const spareConsole = makeLoan(() => keep(startConsoleCluster()));
		const within: Worlds['within'] = async (work) => {
			const undoes: (() => Promise<unknown>)[] = [];
			const atEnd = (undo: () => Promise<unknown>) => void undoes.push(undo);
			const world: World = {
				console,
				target,
				atEnd,
				borrowTarget: () => spareTarget(atEnd),
				borrowConsole: () => spareConsole(atEnd),
				tookOverAfter: (ms) => void takeoversMs.push(ms),
			};
			try {
				return await endsWithin(LIMIT_MS, 'the row', work(world));
			} finally {
				const undone = await undoAll(undoes);
				if (undone) globalThis.console.error('not everything could be undone:', undone);
			}
		};
		return { within, takeoversMs, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** All of them, whatever one of them says. Returns the first error that there was, or null. */
export async function undoAll(undoes: (() => Promise<unknown>)[]): Promise<unknown> {
	let first: unknown = null;
	for (const undo of [...undoes].reverse()) {
		await endsWithin(UNDO_LIMIT_MS, 'what a row undoes', undo()).catch((error: unknown) => {
			first ??= error;
		});
	}
	return first;
}

/** Rejects when the work has not ended in time: a row that hangs has failed, and the others go on. */
async function endsWithin<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what} did not end within ${limitMs / 1000} s`)), limitMs);
	});
	try {
		return await Promise.race([work, limit]);
	} finally {
		clearTimeout(timer);
	}
}

/** Lends one cluster, started when it is first asked for, to one borrower after the other. */
function makeLoan(start: () => Promise<Cluster>): (atEnd: World['atEnd']) => Promise<Cluster> {
	let cluster: Promise<Cluster> | null = null;
	let free: Promise<void> = Promise.resolve();
	return async (atEnd) => {
		const before = free;
		let giveBack: () => void = () => undefined;
		free = new Promise((resolve) => {
			giveBack = resolve;
		});
		atEnd(async () => giveBack());
		await before;
		cluster ??= start();
		return cluster;
	};
}
