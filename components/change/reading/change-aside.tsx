import Link from 'next/link';
import type { ReactNode } from 'react';
import { Digest } from '#components/ui/copyable.tsx';
import { KeyValues } from '#components/ui/layout/key-values.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Time } from '#components/ui/time/time.tsx';
import type { ChangeStatus, Risk } from '#lib/domain/change.ts';
import { compareHref } from '../comparing/compare-href.ts';
import { HardStopList } from '../hard-stop-list.tsx';
import { ResponderList } from './responder-list.tsx';

type HardStop = { name: string; title: string; state: 'met' | 'not met' | 'proved by the run'; evidence: string };
type Change = {
	number: number;
	target: string;
	status: ChangeStatus;
	/** Still to be signed or run. Once the change has ended, hard stops mean nothing. */
	isLive: boolean;
	requester: string;
	revision: number;
	filedAt: string;
	risk: Risk;
	/** In words. */
	wayBack: string | null;
	hardStops: HardStop[] | null;
	responders: { name: string; isYou: boolean; since: string | null }[];
	revisions: { number: number; digest: string; at: string }[];
};

/** From the turn of the third seat until the run, the responders are asked to stand by. */
const STANDING_BY: ChangeStatus[] = ['awaiting_chairman', 'approved', 'running', 'rolled_back'];

type Props = {
	change: Change;
	/** The buttons with which this person checks in, and files a copy. */
	checkIn: ReactNode;
	copy: ReactNode;
	isBelow: boolean;
};

/** Beside the tabs, or below them: hard stops, responders, origin, revisions. */
export function ChangeAside({ change, checkIn, copy, isBelow }: Props) {
	return (
		<aside className={`grid content-start gap-6 ${isBelow ? 'lg:grid-cols-3' : ''}`}>
			{change.isLive && (
				<Section id="hard-stops" title="Hard stops">
					{change.hardStops ? (
						<HardStopList stops={change.hardStops} />
					) : (
						<Notice tone="wait" title={`${change.target} is no longer defined`}>
							The target was removed from the targets file. Nothing can be signed or run.
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
			<Section id="about" title="About" aside={copy}>
				<KeyValues
					items={[
						{ name: 'Requester', value: change.requester },
						{ name: 'Filed', value: <Time at={change.filedAt} /> },
						{ name: 'Risk', value: `${change.risk[0]?.toUpperCase()}${change.risk.slice(1)}` },
						...(change.wayBack ? [{ name: 'Way back', value: change.wayBack }] : []),
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
									{revision.number === change.revision ? 'current' : 'void, with every signature on it'}
								</span>
								{revision.number !== change.revision && (
									<Link
										href={compareHref(change.number, { from: revision.number })}
										prefetch={false}
										className="text-sm text-accent hover:underline max-sm:py-2"
									>
										Compare<span className="sr-only"> with revision {revision.number}</span>
									</Link>
								)}
							</li>
						))}
					</ol>
				</Section>
			)}
		</aside>
	);
}
