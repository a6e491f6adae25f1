// The whole path without a browser, through the verbs that the pages call: request, three signatures, execute, outcome.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { makeThrowawayCluster, type ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { openThrowawayConsole } from '#scripts/throwaway/console.ts';
import { startStandInApplication } from '#scripts/throwaway/stand-in-application.ts';
import { EXIT, type Report, report } from './report.ts';
import { existingTarget, ownTarget } from './target.ts';
import { walk } from './walk.ts';

const { values } = parseArgs({
	options: { bundle: { type: 'string', default: 'db' }, target: { type: 'string' }, json: { type: 'boolean', default: false } },
});

const say = values.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
await ensurePostgresql();
const outcome = await withThrowaways(async ({ clusters, backupFolder }) => {
	const bundle = await readFolder(values.bundle);
	const manifest = bundle.manifest ? readManifest(bundle.manifest).manifest : null;
	say(`Bundle ${values.bundle}: ${bundle.files.length} files`);
	const console_ = await openThrowawayConsole(await clusters({ archive: false }));
	const app = await startStandInApplication();
	try {
		const making = { app, backupFolder, manifest };
		const target = values.target ? await existingTarget(values.target, making) : await ownTarget(await clusters({ archive: true }), making);
		return await walk({ console: console_, target, bundle, say });
	} finally {
		await console_.close();
		await app.close();
	}
});
report(outcome, { json: values.json, say });
process.exitCode = EXIT[outcome.outcome];

/** Whatever is made for the walkthrough is gone after it. */
async function withThrowaways(
	work: (made: { clusters: (how: { archive: boolean }) => Promise<ThrowawayCluster>; backupFolder: string }) => Promise<Report>,
): Promise<Report> {
	const made: ThrowawayCluster[] = [];
	const backupFolder = mkdtempSync(join(tmpdir(), 'countersign-backups-'));
	try {
		return await work({
			backupFolder,
			clusters: async (how) => {
				const cluster = await makeThrowawayCluster(how);
				made.push(cluster);
				return cluster;
			},
		});
	} finally {
		for (const cluster of made) await cluster.destroy();
		rmSync(backupFolder, { recursive: true, force: true });
	}
}
