import { MAX_BUNDLE_BYTES } from '#lib/domain/bundle/limits.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';

/** How many files there are, what they weigh, and whether that is too much. */
export function FileWeight({ files }: { files: { size: number }[] }) {
	const bytes = files.reduce((sum, file) => sum + file.size, 0);
	return (
		<p role="status" className="text-sm text-ink-2">
			{countWords(files.length, 'file')}, {formatBytes(bytes)}
			{bytes > MAX_BUNDLE_BYTES && <span className="text-fail"> — over the limit of {MAX_BUNDLE_BYTES / 1024 / 1024} MB</span>}
		</p>
	);
}
