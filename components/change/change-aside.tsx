import type { ReactNode } from 'react';
import { Digest } from '#components/ui/copyable.tsx';
import { KeyValues } from '#components/ui/key-values.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Section } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ChangeStatus, Risk } from '#lib/domain/change.ts';
import { HardStopList } from './hard-stop-list.tsx';
import { ResponderList } from './responder-list.tsx';

type HardStop = { name: string; title: string; state: 'met' | 'not met' | 'proved by the run'; evidence: string };
type Change = {
	target: string;
	status: ChangeStatus;
	/** Signed, run or about to be; else it has ended, and nothing stops it any more. */
	isLive: boolean;
	requester: string;
	revision: number;
	filedAt: string;
	risk: Risk;
	wayBack: 'scratch_restore' | 'attestation' | null;
	hardStops: HardStop[] | null;
	responders: { name: string; isYou: boolean; since: string | null }[];
	revisions: { number: number; digest: string; at: string }[];
};

/** From the third signature asked for until the run, standing by is asked of the responders. */
const STANDING_BY: ChangeStatus[] = ['awaiting_chairman', 'approved', 'running', 'rolled_back'];
const WAY_BACK = {
	scratch_restore: 'The run restores its own backup beside and compares, before BEGIN',
	attestation: 'Attested by the Database Administrator in the signed statement, not tested',
};

/** Beside the tabs, or below them: what stops it, who stands by, where it comes from. */
export function ChangeAside({ change, checkIn, isBelow }: { change: Change; checkIn: ReactNode; isBelow: boolean }) {
	return (
		<aside className={`grid content-start gap-6 ${isBelow ? 'lg:grid-cols-3' : ''}`}>
			{change.isLive && (
				<Section id="hard-stops" title="Hard stops">
					{change.hardStops ? (
						<HardStopList stops={change.hardStops} />
					) : (
						<Notice tone="wait" title={`${change.target} is no longer defined`}>
							Whoever runs the console has taken the target out of its file. Nothing can be signed or run.
						</Notice>
					)}
				</Section>
			)}
			<Section id="responders" title="Incident responders">
				<ResponderList
					responders={change.responders}
					isLive={change.isLive}
					checkIn={STANDING_BY.includes(change.status) ? checkIn : null}
				/>
			</Section>
			<Section id="about" title="About">
				<KeyValues
					items={[
						{ name: 'Requester', value: change.requester },
						{ name: 'Filed', value: <Time at={change.filedAt} /> },
						{ name: 'Risk', value: `${change.risk[0]?.toUpperCase()}${change.risk.slice(1)}` },
						...(change.wayBack ? [{ name: 'Way back', value: WAY_BACK[change.wayBack] }] : []),
					]}
				/>
			</Section>
			{change.revisions.length > 1 && (
				<Section id="revisions" title="Revisions">
					<ol className="panel divide-y divide-line">
						{change.revisions.map((revision) => (
							<li key={revision.number} className="flex flex-wrap items-center gap-x-2.5 gap-y-1 px-3.5 py-2">
								<span className="font-medium">Revision {revision.number}</span>
								<Digest value={revision.digest} label={`digest of revision ${revision.number}`} />
								<span className="text-sm text-ink-2">
									{revision.number === change.revision ? 'current' : 'void, and every signature on it'}
								</span>
							</li>
						))}
					</ol>
				</Section>
			)}
		</aside>
	);
}
