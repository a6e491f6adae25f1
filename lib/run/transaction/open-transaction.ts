import type { Manifest } from '#lib/domain/manifest.ts';
import type { JournalEvent } from '#lib/domain/run.ts';
import type { ConnectInput, TargetClient } from '#lib/postgres/connection/connect.ts';
import type { BundleStatement } from './apply-statements.ts';
import type { ChangeLogRow } from './change-log-row.ts';

/**
 * All that applying a bundle and checking it needs, and nothing of whose run it is: the same work is done wherever `client` is
 * connected, on the target or on a copy of it.
 */
export type OpenTransaction = {
	/** One connection, which nobody else uses, with `pipeline`. */
	client: TargetClient;
	/** Where another connection can cancel what `client` is running. */
	place: Pick<ConnectInput, 'target' | 'login' | 'database'>;
	/** Names those other connections. */
	runId: string;
	statements: readonly BundleStatement[];
	/** Its timeouts, verifications and smoke tests. */
	manifest: Manifest;
	/** The role that owns the application's objects; the login's own without one. */
	appliesAs: string | undefined;
	/** Null when none is to be written. */
	changeLogRow: ChangeLogRow | null;
	tell: (event: JournalEvent) => void;
	signal: AbortSignal;
	/** Ends the work, which then rejects with this reason: its signal is aborted. */
	abort: (why: Error) => void;
};
