import { checkBundle, checkFilesAlone } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { type BundleContent, bundleContent } from '#lib/bundle/revision-digest.ts';
import type { CheckedPart } from '#lib/domain/draft.ts';
import type { Route } from '#lib/domain/route.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { checkTargetNeeds } from '../check-target-needs.ts';
import type { FiledBundle } from '../request-input.ts';

type Written = {
	bundle: FiledBundle;
	/** How a bundle would come to the target; null while none is chosen. */
	routeFor: (bundle: BundleContent) => Promise<Route | null>;
	/** Null while none is chosen. */
	target: Target | null;
	/** The paths that were written last: these files are told about first. */
	changed: string[];
	signal: AbortSignal;
};

/** A bundle of fewer bytes is checked as a whole before anybody has read what is wrong with one file of it. */
const SMALL_BYTES = 64 * 1024;

/**
 * What filing would find in a bundle that is still being written, as far as the target need not be asked: first in the files that were
 * changed, then in all, and how it would come to the target. Nothing is asked of the target, because this runs while somebody types.
 */
export async function* checkAsWritten({ bundle, routeFor, target, changed, signal }: Written): AsyncGenerator<CheckedPart> {
	const { files } = bundle;
	const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
	const first = bytes < SMALL_BYTES ? [] : files.filter(({ path }) => changed.includes(path));
	if (first.length > 0) yield { paths: first.map(({ path }) => path), findings: await checkFilesAlone(first, signal) };
	const manifest = bundle.manifest ?? defaultManifest(files.map(({ path }) => path));
	const checked = await checkBundle({ files, manifest, saysDoubts: false, signal });
	const findings = target ? [...checked.findings, ...checkTargetNeeds(manifest, target)] : checked.findings;
	const content = bundleContent({ files: checked.files, manifest });
	const route = checked.manifest ? await routeFor(content) : null;
	yield { paths: null, findings, route };
}
