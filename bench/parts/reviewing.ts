import { join } from 'node:path';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { askSquawk } from '#lib/review/ask-squawk.ts';
import { beginReview } from '#lib/review/review-bundle.ts';
import { parse } from '#lib/sql/parse.ts';
import { withTargetGrammar } from '#lib/targets/target-grammar.ts';
import { freshCopy, SMALL } from '../databases.ts';
import { type Bench, tryEach } from '../rounds.ts';
import { type Measured, medianOf } from '../rows.ts';
import { OURS } from '../targets.ts';

const FILES = 400;

/** Check and review of a bundle of many files, with all that is asked of the target, beside the parser and squawk alone. */
export async function measureReview(bench: Bench, { rounds, judged }: { rounds: number; judged: boolean }): Promise<Measured[]> {
	const { cluster, targets, baseline, folder, say } = bench;
	const target = targets.attested;
	const path = join(folder, 'reviewed');
	await baseline.writeDdlFiles(path, FILES);
	await freshCopy({ cluster, target, database: OURS, from: SMALL });
	const { files } = await readFolder(path);
	const manifest = defaultManifest(files.map((file) => file.path));
	const review = async () => {
		const reviewing = beginReview({ target, secondsPerGb: null });
		const checked = await withTargetGrammar(target, (grammar) => checkBundle({ files, manifest, grammar, onParsed: reviewing.read }));
		await reviewing.findings(checked.files);
	};
	const alone = async () => {
		for (const { bytes } of files) await parse(bytes);
		await askSquawk(files);
	};
	// The first of each compiles.
	await review();
	await alone();
	const times = await tryEach(rounds * 3, async () => ({ theirs: await msOf(alone), ours: await msOf(review) }));
	const [ours, theirs] = [medianOf(times.map((one) => one.ours)), medianOf(times.map((one) => one.theirs))];
	say(`  review of ${FILES} files: ${ours} ms; parser and squawk ${theirs} ms`);
	return [
		{
			name: `check and review of ${FILES} files, beside the parser and squawk alone`,
			ours,
			baseline: theirs,
			unit: 'ms',
			required: judged ? 3 : null,
		},
	];
}

async function msOf(work: () => Promise<void>): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}
