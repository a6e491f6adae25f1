import { checkBundle, checkFilesAlone } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import { type BundleContent, bundleContent } from '#lib/bundle/revision-digest.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { CatalogAsked, CheckedPart } from '#lib/domain/draft.ts';
import type { Route } from '#lib/domain/route.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { ReviewedFile } from '#lib/review/concerns.ts';
import { reviewAsWritten } from '#lib/review/review-as-written.ts';
import type { Store } from '#lib/store/client.ts';
import { checkTargetNeeds } from '../check-target-needs.ts';
import { readSecondsPerGb } from '../read-seconds-per-gb.ts';
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
	tell: Tell;
};
type Tell = (part: CheckedPart) => void;
type Asking = { store: Store; signal: AbortSignal; tell: Tell };

/** A bundle of fewer bytes is checked as a whole before anybody has read what is wrong with one file of it. */
const SMALL_BYTES = 64 * 1024;

/** A bundle that nothing keeps from being filed, and what the check has told of it. */
type Fileable = { target: Target; files: readonly ReviewedFile[]; findings: Finding[]; route: Route | null };

/**
 * Tells what filing would find in a bundle that is still being written, as far as the target need not be asked: first in the files that
 * were changed, then in all, and how it would come to the target. Returns the bundle where the target may tell more; else null.
 */
export async function checkAsWritten({ bundle, routeFor, target, changed, signal, tell }: Written): Promise<Fileable | null> {
	const { files } = bundle;
	const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
	const first = bytes < SMALL_BYTES ? [] : files.filter(({ path }) => changed.includes(path));
	if (first.length > 0) tell({ paths: first.map(({ path }) => path), findings: await checkFilesAlone(first, signal) });
	const manifest = bundle.manifest ?? defaultManifest(files.map(({ path }) => path));
	const checked = await checkBundle({ files, manifest, saysDoubts: false, signal });
	const findings = target ? [...checked.findings, ...checkTargetNeeds(manifest, target)] : checked.findings;
	const content = bundleContent({ files: checked.files, manifest });
	const route = checked.manifest ? await routeFor(content) : null;
	const isFileable = checked.manifest !== null && findings.every(({ severity }) => severity !== 'blocks');
	const more = target && isFileable ? { target, files: checked.files, findings, route } : null;
	tell({ paths: null, findings, route, catalog: more ? { state: 'asking' } : { state: 'not asked', why: null } });
	return more;
}

/** The last part: all of it again, with what the target's catalog and squawk's rules tell. */
export async function askTarget({ target, files, findings, route }: Fileable, { store, signal, tell }: Asking): Promise<void> {
	const secondsPerGb = await readSecondsPerGb(store, target.name);
	const { findings: reviewed, whyNot } = await reviewAsWritten({ target, files, secondsPerGb, signal });
	const catalog: CatalogAsked = whyNot === null ? { state: 'asked' } : { state: 'not asked', why: `${target.name}: ${whyNot}` };
	tell({ paths: null, findings: [...findings, ...reviewed], route, catalog });
}
