import type { Impact } from '#lib/domain/impact.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';

/** How large a relation is, as the target says; or that it was not measured, and why. */
export async function SizeWords({ impact, name }: { impact: Promise<Impact>; name: string }) {
	const answer = await impact;
	if (!answer.measured) return `not measured: ${answer.why}`;
	const size = answer.sizes[name];
	if (size === undefined) return null;
	if (size === null) return 'does not exist now';
	return `about ${countWords(size.rows, 'row')}, ${formatBytes(size.bytes)}`;
}
