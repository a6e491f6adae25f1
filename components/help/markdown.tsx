import { lexer, type Token, type Tokens } from 'marked';
import type { ReactNode } from 'react';

/** Markdown of our own documents as elements: headings with anchors, paragraphs, lists, bold and code. Nothing in it becomes HTML. */
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
		case 'list':
			return (
				<ol key={key} className="list-decimal pl-6">
					{(token as Tokens.List).items.map((item) => (
						<li key={item.raw} className="mb-1.5">
							{item.tokens.map((part) => inline('tokens' in part && part.tokens ? part.tokens : [part]))}
						</li>
					))}
				</ol>
			);
		default:
			return null;
	}
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
