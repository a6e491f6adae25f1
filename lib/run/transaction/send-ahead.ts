import type { BundleStatement } from '#lib/bundle/split-bundle.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { sendStatement } from '#lib/postgres/connection/send-statement.ts';
import { UNREAD } from '#lib/sql/split-statements.ts';
import { readSessionState, type SessionState } from './session-state.ts';

/** How many statements, and bytes of them, are on their way behind the one that runs. */
export const MOST_AHEAD = 256;
const MOST_BYTES_AHEAD = 256 * 1024;
/** After so many statements the session is asked whether it is still what it was, and after each that could change it by itself. */
const ASKED_AFTER = 32;

const MAY_CHANGE_SESSION = [
	...['DoStmt', 'CallStmt', 'SelectStmt', 'ExecuteStmt', 'ExplainStmt', 'VariableSetStmt', 'DiscardStmt', 'DeallocateStmt'],
	...['CreateTableAsStmt', 'RefreshMatViewStmt', 'CreateExtensionStmt', 'AlterExtensionStmt', 'LoadStmt', UNREAD],
];
/** Whatever calls it changes a setting. */
const CHANGES_SETTING = /set_config|pg_settings/i;

/** A statement that was sent. */
export type Sent = {
	result: Promise<{ rowCount: number | null }>;
	/** The question that was sent behind it; null where the one behind a later statement answers for it. */
	session: Promise<SessionState> | null;
	/** How many statements that question answers for, this one included. */
	asks: number;
	/** How long it had the server to itself; 0 before its answer has come. */
	ms: number;
};

export type SentAhead = {
	/** The next statement, which has been sent; those behind it are sent too. */
	take: () => Sent;
	/** Which statement the server is at, as its answers say: exact while they are read. */
	current: () => BundleStatement | undefined;
};

/**
 * Sends the statements in order, some ahead of the answers, so that the server waits for nobody: each is a message of its own, and when one
 * fails, the transaction has failed and the server refuses what follows.
 */
export function sendAhead(client: TargetClient, statements: readonly BundleStatement[], { mostAhead }: { mostAhead: number }): SentAhead {
	const ahead: Sent[] = [];
	let sentTo = 0;
	let answeredTo = 0;
	let bytesAhead = 0;
	let unasked = 0;
	let lastAnswerAt = performance.now();

	const send = (next: BundleStatement) => {
		const { sql, kind } = next.statement;
		const sentAt = performance.now();
		unasked += 1;
		sentTo += 1;
		bytesAhead += sql.length;
		const isAsked =
			unasked >= ASKED_AFTER || sentTo === statements.length || MAY_CHANGE_SESSION.includes(kind) || CHANGES_SETTING.test(sql);
		const one: Sent = { result: Promise.resolve({ rowCount: null }), session: null, asks: unasked, ms: 0 };
		one.result = sendStatement(client, sql, () => {
			const now = performance.now();
			one.ms = now - Math.max(sentAt, lastAnswerAt);
			lastAnswerAt = now;
			answeredTo += 1;
			bytesAhead -= sql.length;
		});
		if (isAsked) {
			one.session = readSessionState(client);
			unasked = 0;
		}
		// When a statement has failed, what was sent behind it fails too; its own error is the one to tell.
		one.result.catch(() => undefined);
		one.session?.catch(() => undefined);
		ahead.push(one);
	};
	/** Half of it at once: one write for many statements. */
	const fill = () => {
		if (ahead.length > mostAhead / 2) return;
		inOneWrite(client, () => {
			for (let next = statements[sentTo]; next && ahead.length <= mostAhead; next = statements[sentTo]) {
				// One is always on its way, however long it is.
				if (ahead.length > 1 && bytesAhead > MOST_BYTES_AHEAD) break;
				send(next);
			}
		});
	};
	return {
		take: () => {
			fill();
			const one = ahead.shift();
			if (!one) throw new Error(`there are no more than ${statements.length} statements`);
			return one;
		},
		current: () => statements[answeredTo],
	};
}

function inOneWrite(client: TargetClient, write: () => void): void {
	const { stream } = (client as unknown as { connection: { stream: { cork: () => void; uncork: () => void } } }).connection;
	stream.cork();
	try {
		write();
	} finally {
		stream.uncork();
	}
}
