import { Notice } from '#components/ui/notice.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';

export type Refused = { message: string; findings: Finding[]; fields: Record<string, string>; errorId: string | null };

/** Why a filing was refused. What is said about the bundle stands under it, what is wrong with a field at the field. */
export function RefusalNotice({ refusal: { message, errorId, findings } }: { refusal: Refused }) {
	const waits = mustOnlyAccept(findings);
	return (
		<div data-refusal tabIndex={-1} className="rounded-lg">
			<Notice tone={waits ? 'wait' : 'fail'} title={message}>
				{errorId && <p>Error id {errorId}</p>}
				{waits && <p>Read each finding, accept it by its name or correct the bundle, and file again. The signers see what you accepted.</p>}
				What you typed and chose is still in the form.{' '}
				{findings.length > 0 && (
					<a href="#findings" className="text-accent underline">
						See the findings
					</a>
				)}
			</Notice>
		</div>
	);
}

/** Nothing blocks: the requester has only to accept. */
function mustOnlyAccept(findings: Finding[]): boolean {
	return findings.some(({ severity }) => severity === 'accept') && !findings.some(({ severity }) => severity === 'blocks');
}

export function refusalWords({ message, findings, fields }: Refused): string {
	const count = findings.filter(({ severity }) => severity === 'blocks').length + Object.keys(fields).length;
	return count > 0 ? `Refused: ${countWords(count, 'problem')} to correct.` : `Refused: ${message}`;
}
