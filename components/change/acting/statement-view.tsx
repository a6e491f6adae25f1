import { Copyable } from '#components/ui/copyable.tsx';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { routeWords } from '#lib/domain/route.ts';
import type { SignedStatementV3 } from '#lib/domain/statement.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';

type Props = {
	/** As it would be issued now; the nonce is made at signing. */
	statement: Omit<SignedStatementV3, 'nonce'>;
	target: string;
	windowWords: string;
	validForMs: number;
	previousSigner: string | null;
	files: number;
	statements: number;
	isRefusal: boolean;
};

/** The statement to sign: first in words, then in its exact form. */
export function StatementView({ statement, target, windowWords, validForMs, previousSigner, files, statements, isRefusal }: Props) {
	const hours = validForMs / 3_600_000;
	const validFor = Number.isInteger(hours) ? `${hours} h` : durationWords(validForMs);
	const rows = [
		{ name: 'Change', value: `${statement.change}, revision ${statement.revision}` },
		{ name: 'Target', value: target },
		{ name: 'Window', value: windowWords },
		{ name: isRefusal ? 'Refused as' : 'Signed as', value: `${ROLE_TITLE[statement.role]}, by ${statement.signer.name}` },
		{ name: 'After', value: previousSigner ? `${previousSigner}’s signature` : 'Nobody: this is the first seat' },
		{ name: 'Route', value: <RouteSaid route={statement.route} /> },
		{ name: 'Accepts', value: <Accepted names={statement.accepted} /> },
		...(isRefusal ? [] : [{ name: 'Valid', value: `${validFor} from the moment you sign` }]),
	];
	const exact = {
		...statement,
		...(isRefusal ? { decision: 'refuse', meaning: 'I refuse this change: (your reason)' } : {}),
		nonce: '(32 random bytes, made as you sign)',
		issued: '(the moment you sign)',
		expires: `(${validFor} later)`,
	};
	return (
		<div className="grid gap-4">
			<div className="panel">
				{!isRefusal && (
					<blockquote className="border-b border-line px-4 py-3.5 text-lg font-semibold text-balance">“{statement.meaning}”</blockquote>
				)}
				<dl className="divide-y divide-line">
					{rows.map((row) => (
						<div key={row.name} className="grid gap-x-4 px-4 py-2 sm:grid-cols-[110px_minmax(0,1fr)]">
							<dt className="text-ink-2">{row.name}</dt>
							<dd className="font-medium [overflow-wrap:anywhere]">{row.value}</dd>
						</div>
					))}
					<div className="grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[110px_minmax(0,1fr)]">
						<dt className="text-ink-2">Digest</dt>
						<dd>
							<p className="mono max-w-[40ch]">{statement.digest.replace(/(.{4})(?=.)/g, '$1 ')}</p>
							<p className="mt-1.5 flex flex-wrap items-center gap-2 text-sm text-ink-2">
								<Copyable value={statement.digest} shown="Copy" label="digest" />
								Over the exact bytes of {countWords(files, 'file')} with {countWords(statements, 'statement')}, the manifest, the target and
								its window.
							</p>
						</dd>
					</div>
				</dl>
			</div>
			<details>
				<summary className="w-fit rounded-sm font-medium text-accent">The exact statement, as JSON</summary>
				<pre className="panel mt-2 p-3.5 leading-[1.6] whitespace-pre-wrap [overflow-wrap:anywhere]">{JSON.stringify(exact, null, 2)}</pre>
				<p className="prose mt-1.5 text-sm text-ink-2">
					Stored and hashed as canonical JSON (RFC 8785): the same fields in the order of their names, without spaces.
				</p>
			</details>
		</div>
	);
}

/** How it comes to the target; straight to production only in the requester's words. */
function RouteSaid({ route }: { route: SignedStatementV3['route'] }) {
	return (
		<>
			<p>{routeWords(route)}</p>
			{route.kind === 'direct' && <blockquote className="mt-1 whitespace-pre-wrap">“{route.why}”</blockquote>}
		</>
	);
}

/** The findings that the requester accepted, as the statement names them. */
function Accepted({ names }: { names: string[] }) {
	if (names.length === 0) return 'No finding had to be accepted';
	return (
		<ul className="grid gap-1">
			{names.map((name) => (
				<li key={name}>
					<code>{name}</code>
				</li>
			))}
		</ul>
	);
}
