import { Play } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Tag } from '#components/ui/tag.tsx';
import { Countdown, Time } from '#components/ui/time/time.tsx';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';

export type TargetFacts = {
	name: string;
	description: string;
	address: string;
	tls: string;
	window: {
		words: string;
		state: { open: true; closesAt: string | null } | { open: false; reason: string; opensAt: string | null };
		freezes: { from: string; to: string; reason: string }[];
		idle: string[];
	};
	restoreBudgetMs: number;
	backup: { folder: string; keep: number; freshnessMs: number };
	recoveryPoint: 'archived' | 'not_required';
	/** In words. */
	wayBack: string;
	rehearsalCountsMs: number | null;
	rehearsedOn: string | null;
	comments: 'may_stay_open' | 'resolved_before_signing';
	thresholds: { longTransactionMs: number; responseTimeMs: number };
	services: string[];
	restrictedRoles: string[];
	operatorMaySign: boolean;
	staging: string | null;
	stagingOf: string[];
	seats: Seat[];
	run: { id: string; number: number; status: string; change: { number: number } } | null;
	failedDatabases: { id: string; name: string; number: number; change: { number: number } }[];
};

/** A target as the deployer defined it, and what was just checked on it. */
export function TargetPanel({ facts, checks }: { facts: TargetFacts; checks: ReactNode }) {
	return (
		<section aria-labelledby={`target-${facts.name}`} className="panel overflow-hidden">
			<header className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 border-b border-line px-4 py-3">
				<h2 id={`target-${facts.name}`} className="text-lg font-semibold tracking-[-0.01em]">
					{facts.name}
				</h2>
				<WindowTag state={facts.window.state} />
				{facts.run && (
					<Link href={`/runs/${facts.run.id}`} className="rounded-full">
						<Tag tone="accent" icon={Play}>
							CHG-{facts.run.change.number}, run {facts.run.number} is under way
						</Tag>
					</Link>
				)}
				{facts.description && <p className="w-full text-ink-2">{facts.description}</p>}
			</header>
			<div className="grid lg:grid-cols-2 lg:divide-x lg:divide-line">
				<dl className="grid content-start gap-x-4 gap-y-2.5 p-4 sm:grid-cols-[124px_minmax(0,1fr)]">
					<Facts facts={facts} />
				</dl>
				<div className="max-lg:order-first max-lg:border-b max-lg:border-line">{checks}</div>
			</div>
		</section>
	);
}

function WindowTag({ state }: { state: TargetFacts['window']['state'] }) {
	if (state.open)
		return state.closesAt === null ? (
			<Tag tone="done">Open</Tag>
		) : (
			<Tag tone="done">
				<Countdown to={state.closesAt} before="Open, closes in" after="The window has closed" />
			</Tag>
		);
	if (state.opensAt === null) return <Tag tone="fail">Closed, does not open again</Tag>;
	return (
		<Tag tone="wait">
			<Countdown to={state.opensAt} before="Closed, opens in" after="The window has opened" />
		</Tag>
	);
}

function Facts({ facts }: { facts: TargetFacts }) {
	const { window, backup, thresholds } = facts;
	return (
		<>
			<Fact name="Database">
				<span className="mono">{facts.address}</span>
				<Small>{facts.tls === 'disable' ? 'without TLS' : `TLS ${facts.tls}`}</Small>
			</Fact>
			<Fact name="Window">
				{window.words}
				{!window.state.open && window.state.opensAt && (
					<Small>
						next at <Time at={window.state.opensAt} relative={false} />
					</Small>
				)}
				<Small>{durationWords(facts.restoreBudgetMs)} of it reserved for a restore</Small>
				{window.idle.map((words) => (
					<Small key={words}>{words}</Small>
				))}
				{window.freezes.map((freeze) => (
					<Small key={freeze.from}>
						frozen {freeze.from.slice(0, 16).replace('T', ' ')} to {freeze.to.slice(0, 16).replace('T', ' ')} UTC: {freeze.reason}
					</Small>
				))}
			</Fact>
			<Fact name="Backup">
				<span className="mono">{backup.folder}</span>
				<Small>
					the newest {backup.keep} are kept; at most {durationWords(backup.freshnessMs)} old at BEGIN
				</Small>
			</Fact>
			<Fact name="Recovery point">
				{facts.recoveryPoint === 'archived' ? 'made by the run; archived before the change' : 'not required'}
			</Fact>
			<Fact name="Way back">
				{facts.wayBack}
				{facts.rehearsalCountsMs !== null && <Small>a rehearsal counts for {durationWords(facts.rehearsalCountsMs)} after its end</Small>}
			</Fact>
			{facts.rehearsedOn && (
				<Fact name="Rehearsals">
					on a server of their own, <span className="mono">{facts.rehearsedOn}</span>
				</Fact>
			)}
			{facts.failedDatabases.length > 0 && (
				<Fact name="Failed databases">
					{facts.failedDatabases.map(({ id, name, number, change }) => (
						<span key={id} className="block">
							<span className="mono">{name}</span>
							<Small>
								kept by{' '}
								<Link href={`/runs/${id}#kept-database`} className="underline">
									CHG-{change.number}, run {number}
								</Link>
								, where it can be removed
							</Small>
						</span>
					))}
				</Fact>
			)}
			<Fact name="Thresholds">
				transactions of others at most {durationWords(thresholds.longTransactionMs)}, response at most{' '}
				{durationWords(thresholds.responseTimeMs)}
			</Fact>
			<Fact name="Services">{facts.services.join(', ') || 'none'}</Fact>
			<Fact name="Comments">{facts.comments === 'may_stay_open' ? 'may stay open' : 'must be resolved before anybody signs'}</Fact>
			{facts.staging && <Fact name="Staging target">{facts.staging}: what has not succeeded there says why</Fact>}
			{facts.stagingOf.length > 0 && <Fact name="Staging of">{facts.stagingOf.join(', ')}</Fact>}
			<Fact name="Signed by">{facts.seats.map((seat) => ROLE_TITLE[seat]).join(', ')}</Fact>
			<Fact name="Operator">{facts.operatorMaySign ? 'may be one of the signers' : 'may not be one of the signers'}</Fact>
		</>
	);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
	return (
		<>
			<dt className="text-ink-2">{name}</dt>
			<dd className="min-w-0 [overflow-wrap:anywhere] max-sm:-mt-2">{children}</dd>
		</>
	);
}

function Small({ children }: { children: ReactNode }) {
	return <span className="block text-sm text-ink-2">{children}</span>;
}
