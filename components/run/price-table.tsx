import { Cell, HeadCell, Table } from '#components/ui/table.tsx';
import type { RestorePrice } from '#lib/domain/run.ts';

/** The price of a restore in one sentence, with its numbers. */
export function priceWords({ rows, tables }: RestorePrice): string {
	if (rows === 0) return 'Nothing was written since the backup: nothing will be lost';
	return `${count(rows, 'row')} in ${count(tables.length, 'table')} written since the backup will be lost`;
}

/** Table by table, what others wrote since the backup. */
export function PriceTable({ price }: { price: RestorePrice }) {
	if (price.tables.length === 0) return null;
	return (
		<Table label="What would be lost, by table">
			<thead>
				<tr>
					<HeadCell>Table</HeadCell>
					<HeadCell className="text-right">Inserted</HeadCell>
					<HeadCell className="text-right">Updated</HeadCell>
					<HeadCell className="text-right">Deleted</HeadCell>
				</tr>
			</thead>
			<tbody>
				{price.tables.map((table) => (
					<tr key={table.table} className="border-b border-line last:border-0">
						<Cell className="mono">{table.table}</Cell>
						<Cell className="text-right">{table.inserted.toLocaleString('en')}</Cell>
						<Cell className="text-right">{table.updated.toLocaleString('en')}</Cell>
						<Cell className="text-right">{table.deleted.toLocaleString('en')}</Cell>
					</tr>
				))}
			</tbody>
		</Table>
	);
}

function count(n: number, word: string): string {
	return `${n.toLocaleString('en')} ${n === 1 ? word : `${word}s`}`;
}
