import { RehearsalLines } from '#components/change/rehearsing/rehearsal-lines.tsx';
import { Digest } from '#components/ui/copyable.tsx';
import { KeyValues } from '#components/ui/layout/key-values.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { SeenRehearsal } from '#lib/domain/rehearsed/rehearsal.ts';
import type { SeenRoute } from '#lib/domain/route.ts';
import type { WindowFit } from '#lib/domain/target/window-fit.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { durationWords, measuredWords } from '#lib/domain/wording/duration-words.ts';
import { HardStopList } from '../hard-stop-list.tsx';
import { RouteWords } from '../reading/route-words.tsx';
import { PreflightList } from './only-at-execute.tsx';

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
	windowFit: WindowFit | null;
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
			{change.windowFit && !change.windowFit.fits && change.windowFit.roomMs !== null && (
				<Notice tone="fail" title="The window is too short">
					{roomWords(change.windowFit)}, and {needWords(change.windowFit)}. A run started {change.window.isOpen ? 'now' : 'then'} stops at
					once, with nothing changed.
				</Notice>
			)}
			<KeyValues
				items={[
					{ name: 'Target', value: <strong className="font-semibold">{change.target}</strong> },
					{ name: `Revision ${change.revision}`, value: <Digest value={change.digest} /> },
					{ name: 'Window', value: change.window.words },
					...(change.windowFit?.fits ? [{ name: 'Time', value: timeWords(change.windowFit) }] : []),
				]}
			/>
			<RouteWords route={change.route} />
			{change.hardStops && <HardStopList stops={change.hardStops} />}
			{/* As high as the list is while it asks, which is what comes first. */}
			<div className="min-h-[82px]">
				<PreflightList number={change.number} target={change.target} />
			</div>
			<RehearsalLines rehearsal={change.rehearsal} href={`/changes/${change.number}?tab=rehearsal`} />
			<p className="prose">
				The application goes into maintenance mode. A backup is taken and proved. Then{' '}
				{countWords(change.statements, 'statement runs', 'statements run')} in one transaction, tested before COMMIT and again after. Until
				COMMIT an abort loses nothing.
			</p>
		</div>
	);
}

/** One that is open all day closes in more than a year by its definition: that is no news. */
const FAR_MS = 30 * 86_400_000;

function timeWords(fit: WindowFit): string {
	return (fit.roomMs ?? 0) > FAR_MS ? sentenceCase(needWords(fit)) : `${roomWords(fit)}; ${needWords(fit)}`;
}

function sentenceCase(words: string): string {
	return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

function roomWords({ roomMs, isOpen }: WindowFit): string {
	const room = durationWords(roomMs ?? 0);
	return isOpen ? `The window closes in ${room}` : `The next window is ${room} long`;
}

/** What must have room in it. */
function needWords({ rehearsedMs, restoreMs }: WindowFit): string {
	const restore = `a restore may need ${durationWords(restoreMs)}`;
	return rehearsedMs > 0 ? `the run may need ${measuredWords(rehearsedMs)} by its rehearsal, and ${restore}` : restore;
}
