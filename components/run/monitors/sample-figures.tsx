import { BodyRow, Cell, HeadCell, Table } from '#components/ui/layout/table.tsx';
import { everyTenSeconds } from '#lib/domain/watching/monitor-point.ts';
import type { Reading } from './readings.ts';
import type { Shown } from './shown.ts';

/** What the charts show, as a table, newest first: the highest value of every 10 s. */
export function SampleFigures({ readings, shown }: { readings: Reading[]; shown: Shown }) {
	const rows = everyTenSeconds(shown.points.filter(({ t }) => t >= shown.fromMs)).reverse();
	return (
		<div className="mt-2 max-h-[360px] overflow-y-auto">
			<Table label={`Figures of ${shown.rangeWords}, the highest of every 10 s`}>
				<thead>
					<tr>
						<HeadCell>UTC</HeadCell>
						{readings.map(({ key, title }) => (
							<HeadCell key={key}>{title}</HeadCell>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((point) => (
						<BodyRow key={point.t}>
							<Cell className="mono">{new Date(point.t).toISOString().slice(11, 19)}</Cell>
							{readings.map(({ key, format }) => {
								const value = point[key];
								return (
									<Cell key={key} className="whitespace-nowrap">
										{value === null ? '–' : format(value)}
									</Cell>
								);
							})}
						</BodyRow>
					))}
				</tbody>
			</Table>
		</div>
	);
}
