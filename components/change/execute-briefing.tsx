import { Digest } from '#components/ui/copyable.tsx';
import { KeyValues } from '#components/ui/key-values.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { HardStopList } from './hard-stop-list.tsx';

type HardStop = { name: string; title: string; state: 'met' | 'not met' | 'proved by the run'; evidence: string };
type Change = {
	target: string;
	revision: number;
	digest: string;
	statements: number;
	window: { words: string; isOpen: boolean; reason: string | null };
	hardStops: HardStop[] | null;
};

/** What the operator reads before the second press. */
export function ExecuteBriefing({ change, unmet }: { change: Change; unmet: HardStop[] }) {
	return (
		<div className="grid gap-3">
			{unmet.length > 0 && (
				<Notice tone="wait" title="It cannot be executed yet">
					Not met: {unmet.map((stop) => stop.title).join('; ')}.
				</Notice>
			)}
			{!change.window.isOpen && (
				<Notice tone="wait" title="The window is closed">
					{change.window.reason}. A run started now stops there, with nothing changed.
				</Notice>
			)}
			<KeyValues
				items={[
					{ name: 'Target', value: <strong className="font-semibold">{change.target}</strong> },
					{ name: `Revision ${change.revision}`, value: <Digest value={change.digest} /> },
					{ name: 'Window', value: change.window.words },
				]}
			/>
			{change.hardStops && <HardStopList stops={change.hardStops} />}
			<p className="prose">
				The application goes into maintenance mode; a backup is taken and proved; then {change.statements.toLocaleString('en')}{' '}
				{change.statements === 1 ? 'statement runs' : 'statements run'} in one transaction, tested before COMMIT and again after. Until
				COMMIT an abort costs nothing.
			</p>
		</div>
	);
}
