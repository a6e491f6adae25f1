import type { Target } from '#lib/domain/target/target.ts';
import { inTime } from '../in-time.ts';
import type { OpenTransaction } from '../open-transaction.ts';
import { assertLoginsStay, type Logins, readLogins } from './logins-stay.ts';
import { assertSessionsBegin, readPreloads } from './sessions-begin.ts';

/** What the console needs of a target to look at it after COMMIT, as it was before the bundle. */
export type Needs = { logins: Logins; preloads: string[] };

/** Inside the transaction, before the bundle. */
export async function readNeeds(transaction: OpenTransaction, target: Target): Promise<Needs> {
	const { client } = transaction;
	return {
		logins: await inTime(transaction, readLogins(client, target)),
		preloads: await inTime(transaction, readPreloads(client, target)),
	};
}

/** Right before COMMIT: the bundle has left it all as it was. Throws a StepFailed that names what it has not. */
export async function assertConsoleStays(transaction: OpenTransaction, target: Target, before: Needs): Promise<void> {
	const { client } = transaction;
	await inTime(transaction, assertLoginsStay(client, target, before.logins));
	await inTime(transaction, assertSessionsBegin(client, target, before.preloads));
}
