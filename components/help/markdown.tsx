import { lexer, type Token, type Tokens } from 'marked';
import type { ReactNode } from 'react';
import { BodyRow, Cell, HeadCell, Table } from '#components/ui/layout/table.tsx';

/** Renders our own Markdown documents: headings with anchors, paragraphs, lists, tables, bold, code and blocks of code. No raw HTML passes through. */
export function Markdown({ text }: { text: string }) {
	return <div className="grid max-w-[72ch] gap-3">{lexer(text).map((token, index) => blockOf(token, index))}</div>;
}

/** The anchor of a heading: "Unknown: checking" → "unknown-checking". An underscore stays: failure codes have them. */
export function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replaceAll(/[^a-z0-9_]+/g, '-')
		.replaceAll(/^-|-$/g, '');
}

function blockOf(token: Token, key: number): ReactNode {
	switch (token.type) {
		case 'heading':
			return headingOf(token as Tokens.Heading, key);
		case 'paragraph':
			return <p key={key}>{inline((token as Tokens.Paragraph).tokens)}</p>;
		case 'code':
			return (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
				<pre key={key} tabIndex={0} className="panel overflow-x-auto p-3.5">
					{(token as Tokens.Code).text}
				</pre>
			);
		case 'list':
			return listOf(token as Tokens.List, key);
		case 'table':
			return tableOf(token as Tokens.Table, key);
		case 'space':
			return null;
		default:
			// What it cannot show must not go missing unseen.
			throw new Error(`the document has a ${token.type}, which this page cannot show`);
	}
}

function listOf({ ordered, items }: Tokens.List, key: number): ReactNode {
	const List = ordered ? 'ol' : 'ul';
	return (
		<List key={key} className={`${ordered ? 'list-decimal' : 'list-disc'} pl-6`}>
			{items.map((item) => (
				<li key={item.raw} className="mb-1.5">
					{item.tokens.map((part) => inline('tokens' in part && part.tokens ? part.tokens : [part]))}
				</li>
			))}
		</List>
	);
}

function tableOf({ header, rows }: Tokens.Table, key: number): ReactNode {
	return (
		<Table key={key} label={header.map(({ text }) => text).join(', ')}>
			<thead>
				<tr>
					{header.map(({ text, tokens }) => (
						<HeadCell key={text}>{inline(tokens)}</HeadCell>
					))}
				</tr>
			</thead>
			<tbody>
				{rows.map((cells) => (
					<BodyRow key={cells.map(({ text }) => text).join()}>
						{cells.map(({ text, tokens }, column) => (
							<Cell key={`${header[column]?.text} ${text}`}>{inline(tokens)}</Cell>
						))}
					</BodyRow>
				))}
			</tbody>
		</Table>
	);
}

function headingOf({ depth, text, tokens }: Tokens.Heading, key: number): ReactNode {
	if (depth === 1) return null;
	return (
		<h2 key={key} id={anchorOf(text)} className="mt-5 scroll-mt-4 border-line border-t pt-4 text-lg font-semibold target:text-accent">
			{inline(tokens)}
		</h2>
	);
}

function inline(tokens: Token[]): ReactNode[] {
	return tokens.map((token, index) => {
		const key = `${index} ${token.raw}`;
		if (token.type === 'strong') return <strong key={key}>{inline((token as Tokens.Strong).tokens)}</strong>;
		if (token.type === 'codespan') return <code key={key}>{(token as Tokens.Codespan).text}</code>;
		return 'text' in token ? (token.text as string) : '';
	});
}
