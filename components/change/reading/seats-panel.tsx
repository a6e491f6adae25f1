import { Ban, CircleCheck, CircleX, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Time } from '#components/ui/time/time.tsx';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';

type SeatProps = {
	seat: Seat;
	isTurn: boolean;
	signed: { name: string; isYou: boolean; at: string; until: string; factor: string; hash: string; flaw: string | null } | null;
	/** Why is said on top of the page. */
	refused: { name: string; at: string } | null;
	candidates: { name: string; isYou: boolean }[];
	mayRevoke: boolean;
	whyNot: string | null;
};

/** The seats in the order in which they sign. `revoke` is the button for the viewer's own signature. */
export function SeatsPanel({ seats, isOpen, revoke }: { seats: SeatProps[]; isOpen: boolean; revoke: ReactNode }) {
	return (
		<ol
			aria-label="The seats, in order"
			className="panel mb-4.5 grid overflow-hidden divide-line max-sm:divide-y sm:grid-cols-3 sm:divide-x"
		>
			{seats.map((seat, index) => (
				<li key={seat.seat} className={`min-w-0 px-4 py-3.5 ${seat.isTurn ? 'bg-accent-soft' : ''}`}>
					<h2 className="text-sm font-medium text-ink-2">
						{index + 1} · {ROLE_TITLE[seat.seat]}
					</h2>
					<SeatState seat={seat} isOpen={isOpen} />
					{seat.mayRevoke && revoke}
				</li>
			))}
		</ol>
	);
}

function SeatState({ seat, isOpen }: { seat: SeatProps; isOpen: boolean }) {
	if (seat.signed) return <Signed signed={seat.signed} />;
	if (seat.refused)
		return (
			<>
				<p className="mt-1 flex flex-wrap items-center gap-x-2 font-semibold">
					{seat.refused.name}
					<Mark tone="text-fail" icon={<Ban className="size-3.5" aria-hidden />} word="refused" />
				</p>
				<p className="mt-1 text-sm text-ink-2">
					<Time at={seat.refused.at} />
				</p>
			</>
		);
	const you = seat.candidates.some((candidate) => candidate.isYou);
	const others = seat.candidates.filter((candidate) => !candidate.isYou).map((candidate) => candidate.name);
	if (!isOpen) return <p className="mt-1 text-ink-2">Not signed</p>;
	return (
		<>
			<p className={`mt-1 flex flex-wrap items-center gap-x-2 ${seat.isTurn ? 'font-semibold' : 'text-ink-2'}`}>
				{seat.isTurn && you
					? 'Your turn'
					: seat.candidates.length > 0
						? names(seat.candidates.map(({ name, isYou }) => (isYou ? 'You' : name)))
						: 'Nobody can sign here'}
				{seat.isTurn && !you && <Mark tone="text-wait" icon={<Clock className="size-3.5" aria-hidden />} word="signs next" />}
			</p>
			<p className="mt-1 text-sm text-ink-2">
				{seat.isTurn && you && others.length > 0 && `Or ${names(others)}.`}
				{!seat.isTurn && 'After the previous seat.'}
				{seat.seat === 'chairman' && ' Approves direct execution on production.'}
			</p>
			{seat.whyNot && <p className="mt-1 text-sm text-ink-2">{seat.whyNot}</p>}
		</>
	);
}

function Signed({ signed }: { signed: NonNullable<SeatProps['signed']> }) {
	return (
		<>
			<p className="mt-1 flex flex-wrap items-center gap-x-2 font-semibold">
				{signed.name}
				{signed.isYou && <span className="font-normal text-ink-2">(you)</span>}
				{signed.flaw ? (
					<Mark tone="text-fail" icon={<CircleX className="size-3.5" aria-hidden />} word="does not count" />
				) : (
					<Mark tone="text-done" icon={<CircleCheck className="size-3.5" aria-hidden />} word="signed" />
				)}
			</p>
			<p className="mt-1 text-sm text-ink-2">
				<Time at={signed.at} /> · by {signed.factor}
			</p>
			<p className="text-sm text-ink-2">{signed.flaw ?? <>until {until(signed.until)}</>}</p>
		</>
	);
}

function Mark({ tone, icon, word }: { tone: string; icon: ReactNode; word: string }) {
	return (
		<span className={`inline-flex items-center gap-1 text-sm font-normal ${tone}`}>
			{icon}
			{word}
		</span>
	);
}

function until(iso: string): ReactNode {
	return (
		<time dateTime={iso} className="whitespace-nowrap">
			{iso.slice(0, 10)} {iso.slice(11, 16)} UTC
		</time>
	);
}

function names(list: string[]): string {
	return list.length > 1 ? `${list.slice(0, -1).join(', ')} or ${list.at(-1)}` : (list[0] ?? '');
}
