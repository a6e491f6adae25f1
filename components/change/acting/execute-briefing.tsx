import { RehearsalLines } from '#components/change/rehearsing/rehearsal-lines.tsx';
import { Digest } from '#components/ui/copyable.tsx';
import { KeyValues } from '#components/ui/layout/key-values.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { SeenRehearsal } from '#lib/domain/rehearsal.ts';
import type { SeenRoute } from '#lib/domain/route.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { HardStopList } from '../hard-stop-list.tsx';
import { RouteWords } from '../reading/route-words.tsx';
import { PreflightList } from './preflight-list.tsx';

type HardStop = { name: string; title: string; state: 'met' | 'not met' | 'proved by the run'; evidence: string };
type Change = {
	number: number;
	rehearsal: SeenRehearsal | null;
	route: SeenRoute;
	target: string;
	revision: number;
	digest: string;
	statements: number;
	window: { words: string; isOpen: boolean; reason: string | null };
	hardStops: HardStop[] | null;
};

/** What the operator reads before confirming. */
export function ExecuteBriefing({ change, unmet }: { change: Change; unmet: HardStop[] }) {
	return (
		<div className="grid gap-3">
			{unmet.length > 0 && (
				<Notice tone="wait" title="The change cannot be executed yet">
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
			<RouteWords route={change.route} />
			{change.hardStops && <HardStopList stops={change.hardStops} />}
			<PreflightList number={change.number} target={change.target} />
			<RehearsalLines rehearsal={change.rehearsal} href={`/changes/${change.number}?tab=rehearsal`} />
			<p className="prose">
				The application goes into maintenance mode. A backup is taken and proved. Then{' '}
				{countWords(change.statements, 'statement runs', 'statements run')} in one transaction, tested before COMMIT and again after. Until
				COMMIT an abort loses nothing.
			</p>
		</div>
	);
}
