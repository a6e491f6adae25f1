import { stringify } from 'yaml';
import { requestChange } from '#lib/change/request-change.ts';
import type { FiledBundle } from '#lib/change/request-input.ts';
import { standBy } from '#lib/change/stand-by.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import type { KnownPrice, RestorePrice } from '#lib/domain/restore-price.ts';
import type { Seat } from '#lib/domain/roles.ts';
import type { Failure } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Result } from '#lib/errors.ts';
import { deliverAll } from '#lib/notify/deliver.ts';
import { confirmRestore } from '#lib/run/orders/confirm-restore.ts';
import { executeChange } from '#lib/run/orders/execute-change.ts';
import { lookAtRun } from '#lib/run/worker/look-at-run.ts';
import { signChange } from '#lib/signatures/sign-change.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { PASSWORD, type PersonKey } from './people.ts';
import { NO_ROADS } from './roads/no-roads.ts';
import type { TestConsole } from './test-console.ts';

/** A console and the target that it may change. */
export type Setting = { console: TestConsole; target: Target /** What else the targets file defines. */; beside?: Target[] };
export type FiledChange = { changeId: string; number: number; digest: string };

/** The files of a bundle by path, and what its manifest says beside naming them in this order. */
export type BundleInput = { files: Record<string, string>; manifest?: Record<string, unknown> };

export const ADDRESS = '192.0.2.1';
const SIGNERS: Record<Seat, PersonKey> = { dba: 'dana', security_officer: 'samir', chairman: 'charles' };
/** The tests look at the run themselves, so that nothing depends on when a worker comes by. */
export const noQueue: EnqueueRun = async () => undefined;

export function targetsOf(...targets: Target[]): Targets {
	return { byName: new Map(targets.map((target) => [target.name, target])), digest: 'of the tests' };
}

export function bundleOf({ files, manifest = {} }: BundleInput): FiledBundle {
	const phases = [{ name: 'All', files: Object.keys(files) }];
	return {
		files: Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
		manifest: Buffer.from(stringify({ version: 1, phases, ...manifest })),
	};
}

type FiledBy = { requester?: PersonKey; responders?: PersonKey[]; whyNotStaging?: string };

/** As the form does it: what must be accepted by name is, at the second filing. */
export async function tryToFile(
	{ console, target, beside = [] }: Setting,
	bundle: FiledBundle,
	by: FiledBy = {},
): Promise<Result<FiledChange & { findings: Finding[] }>> {
	const { requester = 'rui', responders = ['olga'], whyNotStaging = 'There is no staging in a test.' } = by;
	const filing = {
		store: console.store,
		targets: targetsOf(target, ...beside),
		actor: await console.actor(requester),
		bundle,
		request: {
			target: target.name,
			title: 'A change of the tests',
			reason: 'Shows what happens to it.',
			whyNotStaging,
			risk: 'low' as const,
			responders: await Promise.all(responders.map(console.idOf)),
		},
	};
	const filed = await requestChange(filing);
	const findings = filed.ok ? [] : filed.refusal.findings;
	const isAcceptable = findings.some(({ severity }) => severity === 'accept') && !findings.some(({ severity }) => severity === 'blocks');
	return isAcceptable ? requestChange({ ...filing, accepted: findings.map(findingName) }) : filed;
}

export async function fileChange(setting: Setting, bundle: BundleInput | FiledBundle, by: FiledBy = {}): Promise<FiledChange> {
	return expectOk(await tryToFile(setting, Array.isArray(bundle.files) ? (bundle as FiledBundle) : bundleOf(bundle as BundleInput), by));
}

export async function sign(
	{ console, target, beside = [] }: Setting,
	change: Pick<FiledChange, 'changeId' | 'digest'>,
	as: { seat: Seat; person?: PersonKey; password?: string },
): Promise<Result<{ hash: string; approved: boolean }>> {
	return signChange({
		store: console.store,
		targets: targetsOf(target, ...beside),
		actor: await console.actor(as.person ?? SIGNERS[as.seat]),
		...change,
		seat: as.seat,
		password: as.password ?? PASSWORD,
		address: ADDRESS,
	});
}

/** Signs in the seats named, in that order; in those of the target by default. */
export async function signAll(setting: Setting, change: FiledChange, seats: readonly Seat[] = setting.target.seats) {
	const { changeId, digest } = change;
	for (const seat of seats) expectOk(await sign(setting, { changeId, digest }, { seat }));
}

/** Filed, signed in every seat, and the responder standing by. */
export async function approvedChange(setting: Setting, bundle: BundleInput | FiledBundle, by: FiledBy = {}): Promise<FiledChange> {
	const change = await fileChange(setting, bundle, by);
	await signAll(setting, change);
	expectOk(await standBy({ store: setting.console.store, actor: await setting.console.actor('olga'), changeId: change.changeId }));
	return change;
}

export async function execute(
	{ console, target, beside = [] }: Setting,
	change: Pick<FiledChange, 'changeId' | 'digest'>,
	{ operator = 'olga', enqueue = noQueue }: { operator?: PersonKey; enqueue?: EnqueueRun } = {},
): Promise<Result<{ runId: string; number: number }>> {
	const { changeId, digest } = change;
	const actor = await console.actor(operator);
	return executeChange({ store: console.store, targets: targetsOf(target, ...beside), actor, changeId, digest, enqueue });
}

export type SeenRun = {
	runId: string;
	status: string;
	truth: { kind: string };
	failure: Failure | null;
	price: RestorePrice | null;
	xid: string | null;
	fingerprintBefore: string | null;
	fingerprintAfter: string | null;
	backup: { folder: string; sha256: string; bytes: number } | null;
	changeStatus: string;
};

/**
 * Has the run looked at, here and now, until nothing more is to be done, and its alerts sent; and reads what became of it as the
 * superuser.
 */
export async function runToEnd(
	setting: Setting,
	runId: string,
	{ signal = new AbortController().signal }: { signal?: AbortSignal } = {},
): Promise<SeenRun> {
	const { store } = setting.console;
	const targets = targetsOf(setting.target, ...(setting.beside ?? []));
	await lookAtRun({ store, targets, runId, signal });
	await deliverAll({ store, targets, roads: NO_ROADS });
	return readRun(setting.console, runId);
}

export async function readRun({ sql }: Pick<TestConsole, 'sql'>, runId: string): Promise<SeenRun> {
	const [row] = await sql<Record<string, string | null>>(
		`select r.*, c.status as change_status from run r join change c on c.id = r.change_id where r.id = $1`,
		[runId],
	);
	if (!row) throw new Error(`run ${runId} does not exist`);
	const json = (text: string | null | undefined) => (text ? JSON.parse(text) : null);
	return {
		runId,
		status: String(row.status),
		truth: json(row.truth),
		failure: json(row.failure),
		price: json(row.price),
		xid: row.xid ?? null,
		fingerprintBefore: row.fingerprint_before ?? null,
		fingerprintAfter: row.fingerprint_after ?? null,
		backup: json(row.backup),
		changeStatus: String(row.change_status),
	};
}

/** What was measured; throws on what could not be. */
export function knownPrice(price: RestorePrice | null): KnownPrice {
	if (!price?.known) throw new Error(`the price is not known: ${price?.why ?? 'it was not measured'}`);
	return price;
}

/** Executes an approved change and runs it to its end. */
export async function executeToEnd(setting: Setting, change: FiledChange, operator: PersonKey = 'olga'): Promise<SeenRun> {
	const { runId } = expectOk(await execute(setting, change, { operator }));
	return runToEnd(setting, runId);
}

/** The whole way: filed, signed, executed, to its end. */
export async function runBundle(setting: Setting, bundle: BundleInput | FiledBundle): Promise<SeenRun & { change: FiledChange }> {
	const change = await approvedChange(setting, bundle);
	return { ...(await executeToEnd(setting, change)), change };
}

/** One word for a restore, at the price that the run shows, or at another: of so many rows, or of that digest. */
export async function confirm(
	{ console }: Setting,
	runId: string,
	as: { capacity: 'operator' | 'dba'; person: PersonKey; rows?: number; price?: string; password?: string },
): Promise<Result<{ starts: boolean }>> {
	const { price } = await readRun(console, runId);
	const isSeen = as.rows === undefined || (price?.known && price.rows === as.rows);
	return confirmRestore({
		store: console.store,
		actor: await console.actor(as.person),
		runId,
		capacity: as.capacity,
		price: as.price ?? (isSeen && price ? price.digest : 'of another price'),
		password: as.password ?? PASSWORD,
		address: ADDRESS,
		enqueue: noQueue,
	});
}

export type SeenStep = { step: string; outcome: string };

/** How each step ended, in order, as journalled. */
export async function stepsOf({ sql }: Pick<TestConsole, 'sql'>, runId: string): Promise<SeenStep[]> {
	return sql<SeenStep>(
		`select step, phase as outcome from journal_entry where run_id = $1 and phase in ('passed', 'failed', 'skipped') order by seq`,
		[runId],
	);
}

export function expectOk<T>(result: Result<T>): T {
	if (result.ok) return result.value;
	const { code, message, findings } = result.refusal;
	throw new Error(`refused (${code}): ${message} ${findings.map((finding) => finding.message).join('; ')}`);
}
