import { Section } from '#components/ui/layout/panel.tsx';
import { BodyRow, Cell, HeadRow, Table } from '#components/ui/layout/table.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { BLOCKS_WRITES, isAtLeast, type RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { lockWords, msWords } from '#lib/domain/wording/rehearsal-words.ts';
import { Folded } from './folded.tsx';

const NUMBER = 'text-right tabular-nums whitespace-nowrap';

/** The lock footprint: what was there before and was locked, by which statement and until the end of the transaction. */
export function LockTable({ locks, more }: { locks: RehearsalReport['locks']; more: number }) {
	if (locks.length === 0) return null;
	return (
		<Section id="footprint" title="Locks" aside="held until the end of the transaction">
			<Folded items={locks} one="lock" more={more}>
				{(some) => (
					<Table label="Each lock">
						<HeadRow columns={['Relation', 'Lock', { number: 'Held for' }, { number: 'Size' }, 'Taken by']} />
						<tbody>
							{some.map(({ relation, mode, heldMs, bytes, file, line }) => (
								<BodyRow key={relation}>
									<Cell className="mono">{relation}</Cell>
									<Cell>
										<span className={isAtLeast(mode, BLOCKS_WRITES) ? 'text-fail' : 'text-ink-2'}>{lockWords(mode)}</span>
										<span className="block text-sm text-ink-3">{mode.replace(/Lock$/, '')}</span>
									</Cell>
									<Cell className={NUMBER}>{msWords(heldMs)}</Cell>
									<Cell className={NUMBER}>{bytes > 0 ? formatBytes(bytes) : ''}</Cell>
									<Cell className="mono min-w-36 [overflow-wrap:anywhere]">
										{file}:{line}
									</Cell>
								</BodyRow>
							))}
						</tbody>
					</Table>
				)}
			</Folded>
		</Section>
	);
}

export function StatementTable({ statements, more }: { statements: RehearsalReport['statements']; more: number }) {
	if (statements.length === 0) return null;
	return (
		<Section id="rehearsed-statements" title="Statements" aside={more > 0 ? 'the slowest ones' : undefined}>
			<Folded items={statements} one="statement" more={more}>
				{(some) => (
					<Table label="Each statement">
						<HeadRow columns={['Statement', { number: 'Time' }, { number: 'Rows' }, 'Place']} />
						<tbody>
							{some.map(({ file, line, sql, ms, rows }, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: the same statement may stand twice on a line, and the list never changes
								<BodyRow key={`${file}:${line}:${index}`}>
									<Cell className="max-w-md">
										<code className="line-clamp-2 [overflow-wrap:anywhere]">{sql}</code>
									</Cell>
									<Cell className={NUMBER}>{msWords(ms)}</Cell>
									<Cell className={NUMBER}>{rows === null ? '' : rows.toLocaleString('en')}</Cell>
									<Cell className="mono min-w-36 [overflow-wrap:anywhere]">
										{file}:{line}
									</Cell>
								</BodyRow>
							))}
						</tbody>
					</Table>
				)}
			</Folded>
		</Section>
	);
}

export function CheckTable({ checks }: { checks: RehearsalReport['checks'] }) {
	if (checks.length === 0) return null;
	return (
		<Section id="rehearsed-checks" title="Checks">
			<ul className="panel divide-y divide-line">
				{checks.map(({ part, name, role, passed, expected, got, ms }) => (
					<li key={`${part} ${name} ${role}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2 [overflow-wrap:anywhere]">
						<Tag tone={passed ? 'done' : 'fail'}>{passed ? 'Passed' : 'Failed'}</Tag>
						<span className="min-w-0 flex-1">
							{name}
							{role && <span className="text-ink-2"> as {role}</span>}
							{!passed && <span className="text-fail">{`: expected ${expected}, got ${got}`}</span>}
						</span>
						<span className="text-sm text-ink-2">
							{part} · {msWords(ms)}
						</span>
					</li>
				))}
			</ul>
		</Section>
	);
}

export function RowTable({ rows, more }: { rows: RehearsalReport['rows']; more: number }) {
	if (!rows || rows.length === 0) return null;
	return (
		<Section id="rows-difference" title="Rows before and after">
			<Folded items={rows} one="table" more={more}>
				{(some) => (
					<Table label="Rows of each table">
						<HeadRow columns={['Table', { number: 'Before' }, { number: 'After' }]} />
						<tbody>
							{some.map(({ table, before, after }) => (
								<BodyRow key={table}>
									<Cell className="mono">{table}</Cell>
									<Cell className={NUMBER}>{before === null ? 'not there' : before.toLocaleString('en')}</Cell>
									<Cell className={NUMBER}>{after === null ? 'gone' : after.toLocaleString('en')}</Cell>
								</BodyRow>
							))}
						</tbody>
					</Table>
				)}
			</Folded>
		</Section>
	);
}

export function NoticeList({ notices, more }: { notices: RehearsalReport['notices']; more: number }) {
	if (notices.length === 0) return null;
	return (
		<Section id="rehearsed-notices" title="What the server said">
			<Folded items={notices} one="message" more={more}>
				{(some) => (
					<ul className="panel divide-y divide-line">
						{some.map(({ severity, message, file, line }, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: a loop says the same again and again, and the list never changes
							<li key={index} className="px-3.5 py-2 [overflow-wrap:anywhere]">
								<span className={severity === 'WARNING' ? 'text-wait' : 'text-ink-2'}>{severity}</span> {message}
								{file && <span className="mono block text-sm text-ink-3">{`${file}:${line}`}</span>}
							</li>
						))}
					</ul>
				)}
			</Folded>
		</Section>
	);
}
