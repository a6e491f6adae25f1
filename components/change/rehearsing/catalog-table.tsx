import { diffLines } from 'diff';
import { Section } from '#components/ui/layout/panel.tsx';
import { type FoldedChange, foldCatalog } from '#lib/domain/rehearsed/fold-catalog.ts';
import type { CatalogChange, RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { Folded, MORE_LINK } from './folded.tsx';

const WHAT = {
	added: { word: 'Added', ink: 'text-done' },
	changed: { word: 'Changed', ink: 'text-wait' },
	removed: { word: 'Removed', ink: 'text-fail' },
};

/** The difference of the catalog, object by object: in words, and as the SQL that makes it before and after. */
export function CatalogTable({ catalog, more }: { catalog: RehearsalReport['catalog']; more: number }) {
	if (catalog.length === 0) return null;
	const folded = foldCatalog(catalog);
	return (
		<Section id="catalog-difference" title="What differs in the catalog" aside={countWords(folded.length, 'object')}>
			<Folded items={folded} one="object" more={more}>
				{(changes) => <Changes changes={changes} />}
			</Folded>
		</Section>
	);
}

function Changes({ changes }: { changes: readonly FoldedChange[] }) {
	return (
		<ul className="panel divide-y divide-line">
			{changes.map((change) => (
				<li
					key={`${change.kind} ${change.name} ${change.what}`}
					className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-3 px-3.5 py-2 [overflow-wrap:anywhere]"
				>
					<span className={WHAT[change.what].ink}>{WHAT[change.what].word}</span>
					<div className="min-w-0">
						{change.kind} <code>{change.name}</code>
						{change.parts.length > 0 && <span className="text-ink-2"> with {partWords(change.parts)}</span>}
						<Sql change={change} />
					</div>
				</li>
			))}
		</ul>
	);
}

/** "3 columns, 2 constraints, privileges". */
function partWords(parts: readonly CatalogChange[]): string {
	const kinds = [...new Set(parts.map(({ kind }) => kind))];
	return kinds
		.map((kind) => (/s$/.test(kind) ? kind : countWords(parts.filter((part) => part.kind === kind).length, kind, pluralOf(kind))))
		.join(', ');
}

function pluralOf(kind: string): string {
	return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : kind.endsWith('x') ? `${kind}es` : `${kind}s`;
}

/** A whole table's SQL has its columns already. */
function Sql({ change }: { change: FoldedChange }) {
	const shown = [change, ...change.parts.filter(({ kind }) => kind !== 'column')].filter(
		({ was, is }) => was !== undefined || is !== undefined,
	);
	if (shown.length === 0) return null;
	const label = `SQL of ${change.kind} ${change.name}`;
	return (
		<details>
			<summary className={MORE_LINK}>
				SQL
				<span className="sr-only">
					{' '}
					of {change.kind} {change.name}
				</span>
			</summary>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
			<section aria-label={label} tabIndex={0} className="my-1 overflow-x-auto rounded-md bg-sunken px-3 py-2">
				<pre className="w-fit min-w-full text-sm">
					{shown.map((one) => (
						<Lines key={`${one.kind} ${one.name}`} change={one} />
					))}
				</pre>
			</section>
		</details>
	);
}

const INK = { '+': 'text-done', '-': 'text-fail', ' ': 'text-ink-2' };

function Lines({ change: { what, was = '', is = '' } }: { change: CatalogChange }) {
	if (what === 'changed' && was === is)
		return (
			<span className="block text-ink-2">{`${is}\n-- The same SQL: what differs is what it does not say, as who granted a privilege.`}</span>
		);
	return diffLines(was, is).flatMap(({ added, removed, value }, part) => {
		const sign = added ? '+' : removed ? '-' : ' ';
		return value
			.replace(/\n$/, '')
			.split('\n')
			.map((line, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and the list never changes
				<span key={`${part} ${index}`} className={`block ${INK[sign]}`}>{`${sign} ${line}`}</span>
			));
	});
}
