import { Section } from '#components/ui/layout/panel.tsx';
import { BodyRow, Cell, HeadRow, Table } from '#components/ui/layout/table.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { reveals, type Visible } from '#lib/domain/rehearsed/visible.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { seenWords, visibleDifferences } from '#lib/domain/wording/visible-words.ts';
import { MORE_LINK } from './folded.tsx';

const NUMBER = 'text-right tabular-nums whitespace-nowrap';
const INK = { fail: 'text-fail', wait: 'text-wait', quiet: 'text-ink-2' };

/** Which rows each of the target's readers sees, before the change and with it: what differs, and the rest on demand. */
export function VisibleTable({ visible, more }: { visible: readonly Visible[] | null; more: number }) {
	if (visible === null) return null;
	const differing = visible.filter((one) => visibleDifferences(one).length > 0);
	const same = visible.filter((one) => visibleDifferences(one).length === 0);
	return (
		<Section id="visible-rows" title="Who sees which rows" aside="before the change and with it">
			{differing.length > 0 ? (
				<Rows label="What is seen otherwise" rows={differing} />
			) : (
				<p className="text-ink-2">Every reader sees the same rows as before.</p>
			)}
			{same.length > 0 && (
				<details className="mt-2">
					<summary className={MORE_LINK}>{countWords(same.length, 'table or view is', 'tables and views are')} seen as before</summary>
					<div className="mt-2">
						<Rows label="What is seen as before" rows={same} />
					</div>
				</details>
			)}
			{more > 0 && <p className="mt-2 text-sm text-ink-2">And {countWords(more, 'more', 'more')}, not kept.</p>}
		</Section>
	);
}

function Rows({ label, rows }: { label: string; rows: readonly Visible[] }) {
	return (
		<Table label={label}>
			<HeadRow columns={['Reader', 'Table or view', { number: 'Before' }, { number: 'With it' }, 'What differs']} />
			<tbody>
				{rows.map((one) => (
					<BodyRow key={`${one.reader} ${one.relation}`}>
						<Cell className="min-w-28 [overflow-wrap:anywhere]">{one.reader}</Cell>
						<Cell className="mono">{one.relation}</Cell>
						<Cell className={NUMBER}>{seenWords(one.before)}</Cell>
						<Cell className={NUMBER}>{seenWords(one.after)}</Cell>
						<Cell>
							{visibleDifferences(one).map(({ words, tone }) => (
								<span key={words} className={`block ${INK[tone]}`}>
									{words}
								</span>
							))}
							{reveals(one) && one.isMeant && <Tag tone="wait">Meant, says the manifest</Tag>}
						</Cell>
					</BodyRow>
				))}
			</tbody>
		</Table>
	);
}
