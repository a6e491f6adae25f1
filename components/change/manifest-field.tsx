import { Button } from '#components/ui/button.tsx';
import { TextArea } from '#components/ui/field.tsx';
import { Notice } from '#components/ui/notice.tsx';

const MADE = 'Made from the files, in path order. Edit it to set the order, timeouts, trial queries, verifications and smoke tests.';
const WRITTEN = 'As you wrote or chose it. It is signed with the files.';

/** The manifest that is filed: made from the files until somebody writes one. Without files there is none yet to show. */
export function ManifestField({
	made,
	written,
	offered,
	onWrite,
	onUse,
}: {
	/** The default one; null while there are no files. */
	made: string | null;
	written: string | null;
	/** Came with a folder, and is not what was written. */
	offered: string | null;
	onWrite: (manifest: string | null) => void;
	onUse: (offered: string) => void;
}) {
	const text = written ?? made;
	if (text === null) {
		return (
			<p className="prose text-sm text-ink-2">
				<span className="font-medium text-ink">manifest.yaml</span> appears here with the first file: the one of the folder, or one made
				from the files in path order, for you to edit.
			</p>
		);
	}
	return (
		<div className="grid gap-3">
			{offered !== null && written !== null && (
				<Notice tone="wait" announce title="The folder brings another manifest.yaml">
					<p>What you wrote is kept below.</p>
					<Button size="small" className="mt-1.5" onClick={() => onUse(offered)}>
						Use the one from the folder
					</Button>
				</Notice>
			)}
			<TextArea
				id="manifest"
				label="manifest.yaml"
				code
				rows={Math.min(24, Math.max(8, text.split('\n').length + 1))}
				hint={written === null ? MADE : WRITTEN}
				value={text}
				onChange={(event) => onWrite(event.target.value)}
			/>
			{written !== null && (
				<div>
					<Button size="small" onClick={() => onWrite(null)}>
						Use the default manifest
					</Button>
				</div>
			)}
		</div>
	);
}
