import { Notice } from '#components/ui/notice.tsx';
import { DEFAULT_RATES_NAME, type PredictedTimes, type TimedPart, type WayBackName } from '#lib/domain/target/predicted-times.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { measuredWords } from '#lib/domain/wording/duration-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';

const PART_TITLE: Record<TimedPart, string> = {
	backup: 'Backup, read in full',
	proof: 'Proof: restored beside, compared',
	definitions: 'Proof: definitions restored, compared',
	quiescence: 'Quiescence',
	swap: 'Restore: the proved copy swapped in',
	restore: 'Restore from the dump',
};
/** As the targets file calls it, and what it does. */
const WAY_WORDS: Record<WayBackName, string> = {
	scratch_restore: 'wayBack: scratch_restore (each run restores its own backup and compares)',
	attestation: 'wayBack: attestation (definitions alone are restored; the DBA attests the rest)',
	rehearsed: 'wayBack: rehearsed (definitions alone are restored; a rehearsal of the revision restored all)',
};

/** How long backup, proof and restore take with the database as large as it is today, and whether the backup is fresh enough at BEGIN. */
export function TimesView({
	times,
	freshnessMs,
	wayBack,
}: {
	times: PredictedTimes | { why: string };
	freshnessMs: number;
	wayBack: WayBackName;
}) {
	if ('why' in times)
		return <p className="px-3.5 py-2 text-ink-2">Not known how long a backup takes: the size of the database could not be asked.</p>;
	return (
		<div className="grid gap-2.5 px-3.5 py-3">
			<h3 className="font-semibold">
				How long it takes <span className="font-normal text-ink-2">with {formatBytes(times.databaseBytes)}</span>
			</h3>
			<dl className="grid gap-y-1">
				{times.parts.map(({ part, time }) => (
					<div key={part} className="flex flex-wrap justify-between gap-x-3">
						<dt>{PART_TITLE[part]}</dt>
						<dd className="text-right">
							<span className="mono">{measuredWords(time.ms)}</span>
							<span className="text-sm text-ink-2">
								{time.measured > 0 ? ` measured ${countWords(time.measured, 'time')}` : ' default rate'}
							</span>
						</dd>
					</div>
				))}
			</dl>
			{times.parts.some(({ time }) => time.measured === 0) && (
				<p className="text-sm text-ink-2">The default rate is that of {DEFAULT_RATES_NAME}: no run has measured it here yet.</p>
			)}
			<Freshness times={times} freshnessMs={freshnessMs} wayBack={wayBack} />
		</div>
	);
}

function Freshness({ times, freshnessMs, wayBack }: { times: PredictedTimes; freshnessMs: number; wayBack: WayBackName }) {
	const [age, most] = [measuredWords(times.backupAgeMs), measuredWords(freshnessMs)];
	if (times.keepsFreshness)
		return (
			<p className="text-sm text-ink-2">
				At BEGIN the backup is about {age} old; {most} are allowed.
			</p>
		);
	return (
		<Notice tone="fail" title={`The backup would be about ${age} old at BEGIN; ${most} are allowed`}>
			A run stops there, after its backup, with {WAY_WORDS[wayBack]}.{' '}
			{times.wouldKeep.length === 0
				? 'No other way back is quicker: allow an older backup (backup.freshness), or give the server faster disks.'
				: `It would keep to it with ${times.wouldKeep.map(({ way, backupAgeMs }) => `${WAY_WORDS[way]}: about ${measuredWords(backupAgeMs)}`).join(', or ')}.`}
		</Notice>
	);
}
