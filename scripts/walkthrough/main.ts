// The whole path without a browser, through the verbs that the pages call: request, three signatures, execute, outcome.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { makeThrowawayCluster, type ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { openThrowawayConsole } from '#scripts/throwaway/console.ts';
import { startStandInApplication } from '#scripts/throwaway/stand-in-application.ts';
import { brokenOff, EXIT, failedReport, type Progress, type Report, report } from './report.ts';
import { existingTarget, ownTarget } from './target.ts';
import { walk } from './walk.ts';

const { values } = parseArgs({
	options: { bundle: { type: 'string', default: 'db' }, target: { type: 'string' }, json: { type: 'boolean', default: false } },
});

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const REMOVED_WITHIN_MS = 30_000;

const say = values.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
const progress: Progress = { runId: null, ended: false };
/** Rejects at the first signal; what was made is then removed. A second signal, or removing that takes too long, leaves it behind. */
const stopped = new Promise<never>((_, reject) => {
	const stop = (signal: string) => {
		const why = `stopped by ${signal}`;
		reject(new Error(why));
		setTimeout(() => end(brokenOff(progress, why), 1), REMOVED_WITHIN_MS).unref();
		for (const second of SIGNALS) process.removeAllListeners(second).once(second, () => end(brokenOff(progress, why), 0));
	};
	for (const signal of SIGNALS) process.once(signal, () => stop(signal));
});
let wasStopped = false;
stopped.catch(() => {
	wasStopped = true;
});
process.once('uncaughtException', (error) => end(failedReport(error, progress), 1));
const outcome = await takeThrough().catch((error: unknown) => failedReport(error, progress));
end(outcome, wasStopped ? 0 : null);

function takeThrough(): Promise<Report> {
	return withThrowaways(async ({ clusters, backupFolder }) => {
		const bundle = await readFolder(values.bundle);
		await ensurePostgresql();
		const manifest = bundle.manifest ? readManifest(bundle.manifest).manifest : null;
		say(`Bundle ${values.bundle}: ${countWords(bundle.files.length, 'file')}`);
		if (bundle.leftOut.length > 0) say(`Ignored, because they are not SQL: ${bundle.leftOut.slice(0, 5).join(', ')}`);
		const console_ = await openThrowawayConsole(await clusters({ archive: false }));
		const app = await startStandInApplication();
		try {
			const making = { app, backupFolder, manifest };
			const target = values.target
				? await existingTarget(values.target, making)
				: await ownTarget(await clusters({ archive: true }), making);
			return await walk({ console: console_, target, bundle, say, stopped, onStarted: (runId) => (progress.runId = runId) });
		} finally {
			await console_.close();
			await app.close();
		}
	});
}

/** The report is the last thing said, and said once. `leaveWithin`: seconds after which whatever is still under way is left behind. */
function end(report_: Report, leaveWithin: number | null): void {
	if (progress.ended) return;
	progress.ended = true;
	report(report_, { json: values.json, say });
	process.exitCode = EXIT[report_.outcome];
	if (leaveWithin !== null) setTimeout(() => process.exit(), leaveWithin * 1_000);
}

/** Whatever is made for the walkthrough is gone after it. */
async function withThrowaways(
	work: (made: { clusters: (how: { archive: boolean }) => Promise<ThrowawayCluster>; backupFolder: string }) => Promise<Report>,
): Promise<Report> {
	const made: Promise<ThrowawayCluster>[] = [];
	const backupFolder = mkdtempSync(join(tmpdir(), 'countersign-backups-'));
	try {
		return await work({
			backupFolder,
			clusters: (how) => {
				const making = makeThrowawayCluster(how);
				made.push(making);
				return Promise.race([making, stopped]);
			},
		});
	} finally {
		// One that could not be made has told so already.
		for (const making of made) await making.then((cluster) => cluster.destroy()).catch((error: Error) => console.error(error.message));
		rmSync(backupFolder, { recursive: true, force: true });
	}
}
