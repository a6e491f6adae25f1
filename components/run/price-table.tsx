import { Cell, HeadRow, Table } from '#components/ui/layout/table.tsx';
import { foldObjects, type KnownPrice } from '#lib/domain/restore-price.ts';
import { objectWords, truncatedWords } from '#lib/domain/wording/price-words.ts';

/** All that others did since the backup: rows table by table, and the rest a line each. */
export function PriceTable({ price }: { price: KnownPrice }) {
	return (
		<>
			<WrittenRows tables={price.tables} />
			<OtherThings price={price} />
		</>
	);
}

function WrittenRows({ tables }: Pick<KnownPrice, 'tables'>) {
	if (tables.length === 0) return null;
	return (
		<Table label="Rows that would be lost, by table">
			<HeadRow columns={['Table', { number: 'Inserted' }, { number: 'Updated' }, { number: 'Deleted' }]} />
			<tbody>
				{tables.map((table) => (
					<tr key={table.table} className="border-b border-line last:border-0">
						<Cell className="mono">{table.atLeast ? `${table.table} (at least)` : table.table}</Cell>
						<Cell className="text-right">{table.inserted.toLocaleString('en')}</Cell>
						<Cell className="text-right">{table.updated.toLocaleString('en')}</Cell>
						<Cell className="text-right">{table.deleted.toLocaleString('en')}</Cell>
					</tr>
				))}
			</tbody>
		</Table>
	);
}

function OtherThings({ price }: { price: KnownPrice }) {
	const lines = [
		...price.truncated.map(truncatedWords),
		...foldObjects(price.objects).map(objectWords),
		...price.sequences.map((line) => `sequence ${line}`),
	];
	if (lines.length === 0) return null;
	return (
		<div>
			<h4 className="text-sm font-semibold">Done by others since the backup, and undone by a restore</h4>
			<ul className="mono mt-1 list-disc pl-5 text-sm [overflow-wrap:anywhere]">
				{lines.map((line) => (
					<li key={line}>{line}</li>
				))}
			</ul>
		</div>
	);
}
