export type CompareView = 'side' | 'inline';
export type ComparePlace = { from: number; file?: string; view?: CompareView };

/** The address of a comparison with an earlier revision, to be shared. */
export function compareHref(change: number, { from, file, view = 'side' }: ComparePlace): string {
	const asked = { tab: 'compare', from: String(from), ...(file ? { file } : {}), ...(view === 'side' ? {} : { view }) };
	return `/changes/${change}?${new URLSearchParams(asked)}`;
}
