import type { BundleStatement } from '#lib/bundle/split-bundle.ts';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import type { JournalEvent } from '#lib/domain/run.ts';
import type { ConnectInput, TargetClient } from '#lib/postgres/connection/connect.ts';

/** A row for the target's change-log table, "schema.table". */
export type ChangeLogRow = { table: string; tableName: string; operation: string; userName: string; rowData: Record<string, unknown> };

/**
 * Everything needed to apply and check a bundle, independent of the run: the work is the same wherever `client` is
 * connected, on the target or on a copy of it.
 */
export type OpenTransaction = {
	/** A connection that nothing else uses, with `pipeline`. */
	client: TargetClient;
	/** Where another connection can cancel what `client` is running. */
	place: Pick<ConnectInput, 'target' | 'login' | 'database'>;
	/** Names those other connections. */
	runId: string;
	statements: readonly BundleStatement[];
	/** Its timeouts, verifications and smoke tests. */
	manifest: Manifest;
	/** The role that owns the application's objects; without it, the login itself. */
	appliesAs: string | undefined;
	/** Null when there is none to write. */
	changeLogRow: ChangeLogRow | null;
	/** Looks at the transaction after each statement, counted from 0; nothing is then sent ahead. Null: nobody looks. */
	afterEach: ((at: number) => Promise<void>) | null;
	tell: (event: JournalEvent) => void;
	signal: AbortSignal;
	/** Aborts the signal: the work rejects with this reason. */
	abort: (why: Error) => void;
};
