import { setTimeout as wait } from 'node:timers/promises';
import { formatFinding } from '#lib/bundle/format-finding.ts';
import { requestChange } from '#lib/change/request-change.ts';
import type { FiledBundle } from '#lib/change/request-input.ts';
import { standBy } from '#lib/change/stand-by.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import { changeName } from '#lib/domain/change.ts';
import { readPrice } from '#lib/domain/restore-price.ts';
import { ROLE_TITLE, SEATS } from '#lib/domain/roles.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import type { Result } from '#lib/errors.ts';
import { confirmRestore } from '#lib/run/orders/confirm-restore.ts';
import { executeChange } from '#lib/run/orders/execute-change.ts';
import { signChange } from '#lib/signatures/sign-change.ts';
import type { Store } from '#lib/store/client.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { signInAs, type ThrowawayConsole } from '#scripts/throwaway/console.ts';
import { FINAL, type Report, readReport, refusedReport } from './report.ts';

const ADDRESS = '127.0.0.1';
const POLL_MS = 250;

export type TakeThrough = {
	console: ThrowawayConsole;
	targets: Targets;
	target: Target;
	bundle: FiledBundle;
	enqueue: EnqueueRun;
	say: (text: string) => void;
	onStarted?: (runId: string) => void;
};

/**
 * Files the bundle as a change, lets it be rehearsed where filing asks for that, has three people sign it, executes it and follows the run to its outcome.
 * A worker must be at work somewhere.
 */
export async function takeChangeThrough({ console, targets, target, bundle, enqueue, say, onStarted }: TakeThrough): Promise<Report> {
	const { store, password } = console;
	const requester = await signInAs(console, 'requester');
	const operator = await signInAs(console, 'operator');
	const filing = {
		store,
		targets,
		actor: requester,
		bundle,
		request: {
			target: target.name,
			title: 'Walkthrough',
			reason: 'Shows the whole path from filing to outcome.',
			whyNotStaging: 'It runs on a database made for it.',
			risk: 'low' as const,
			responders: [operator.id],
		},
	};
	const filed = await fileAccepting(filing);
	if (!filed.ok) return refusedReport(filed.refusal);
	const { changeId, number, digest, findings } = filed.value;
	for (const finding of findings) say(formatFinding(finding));
	say(`${changeName(number)} filed${acceptedWords(findings)}, digest ${digest}`);
	await untilRehearsed(store, changeId);
	for (const seat of SEATS) {
		const actor = await signInAs(console, seat);
		expectOk(await signChange({ store, targets, actor, changeId, digest, seat, password, address: ADDRESS }));
		say(`Signed as ${ROLE_TITLE[seat]} by ${actor.name}`);
	}
	expectOk(await standBy({ store, actor: operator, changeId }));

	const { runId } = expectOk(await executeChange({ store, targets, actor: operator, changeId, digest, enqueue }));
	say(`Run ${runId} started by ${operator.name}`);
	onStarted?.(runId);
	await follow({ console, runId, enqueue, say });
	return readReport(store, runId);
}

/** Files it; where findings must be accepted, the requester of the walkthrough accepts each by its name. */
async function fileAccepting(filing: Parameters<typeof requestChange>[0]): ReturnType<typeof requestChange> {
	const filed = await requestChange(filing);
	if (filed.ok) return filed;
	const { findings } = filed.refusal;
	const isAcceptable = findings.some(({ severity }) => severity === 'accept') && !findings.some(({ severity }) => severity === 'blocks');
	return isAcceptable ? requestChange({ ...filing, accepted: findings.map(findingName) }) : filed;
}

/** Ends at once where the target's rehearsals begin only when somebody asks. */
async function untilRehearsed(store: Store, changeId: string): Promise<void> {
	while ((await store.rehearsal.count({ where: { changeId, endedAt: null } })) > 0) await wait(POLL_MS);
}

function acceptedWords(findings: Finding[]): string {
	const accepted = findings.filter(({ severity }) => severity === 'accept').length;
	return accepted === 0 ? '' : ` with ${countWords(accepted, 'finding')} accepted by name`;
}

/** Waits for the outcome. When the run asks for a decision, the operator and the Database Administrator confirm the restore, once: one that fails ends the wait. */
async function follow(ask: { console: ThrowawayConsole; runId: string; enqueue: EnqueueRun; say: (text: string) => void }): Promise<void> {
	const { console, runId, enqueue, say } = ask;
	const { store, password } = console;
	let isConfirmed = false;
	for (;;) {
		const run = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { status: true, price: true } });
		if (FINAL.includes(run.status)) return;
		if (run.status === 'awaiting_restore') {
			if (isConfirmed) return;
			isConfirmed = true;
			const price = readPrice(run.price);
			if (!price) throw new Error('the restore is offered without a price');
			for (const capacity of ['operator', 'dba'] as const) {
				const actor = await signInAs(console, capacity);
				expectOk(await confirmRestore({ store, actor, runId, capacity, price: price.digest, password, address: ADDRESS, enqueue }));
				say(`Restore confirmed as ${ROLE_TITLE[capacity]} by ${actor.name}, at the price of ${lossWords(price)}`);
			}
		}
		await wait(POLL_MS);
	}
}

function expectOk<T>(result: Result<T>): T {
	if (result.ok) return result.value;
	throw new Error(result.refusal.message);
}
