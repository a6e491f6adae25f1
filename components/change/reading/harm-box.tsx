import { Eye, OctagonAlert, ShieldCheck, Siren } from 'lucide-react';
import { Suspense } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { type FallsAsk, type Impact, keyOfAsk } from '#lib/domain/impact.ts';
import { SizeWords } from './size-words.tsx';

type Level = 'loses' | 'opens' | 'hides';
export type HarmLine = { level: Level; words: string; names: string[]; more: number; asks: FallsAsk[] };
export type Harm = { level: Level | 'none'; words: string };

const LOOK = {
	loses: { icon: OctagonAlert, ink: 'text-fail', soft: 'bg-fail-soft', border: 'border-fail', title: 'This change can lose data' },
	opens: { icon: Siren, ink: 'text-fail', soft: 'bg-fail-soft', border: 'border-fail', title: 'This change opens data to everybody' },
	hides: {
		icon: Eye,
		ink: 'text-wait',
		soft: 'bg-wait-soft',
		border: 'border-wait',
		title: 'The SQL does not show everything that this change does',
	},
};

/** What can lose data, before anything else that is said of a change: what it is, how much it holds, and what falls with it. */
export function HarmBox({ harm, lines, impact, target }: { harm: Harm; lines: HarmLine[]; impact: Promise<Impact>; target: string }) {
	if (harm.level === 'none')
		return (
			<p className="panel flex gap-2.5 px-3.5 py-2.5 text-ink-2">
				<ShieldCheck className="mt-0.5 size-4 flex-none text-done" aria-hidden />
				{harm.words}
			</p>
		);
	const { icon: Icon, ink, soft, border, title } = LOOK[harm.level];
	return (
		<section aria-labelledby="harm" className={classNames('panel overflow-hidden border-2', border)}>
			<h2 id="harm" className={classNames('flex items-start gap-2.5 px-3.5 py-2.5 text-lg font-semibold', soft, ink)}>
				<Icon className="mt-0.5 size-5 flex-none" strokeWidth={2} aria-hidden />
				{title}
			</h2>
			<ul className="divide-y divide-line">
				{lines.map((line) => (
					<li key={`${line.level} ${line.words}`} className="px-3.5 py-2.5 [overflow-wrap:anywhere]">
						<p className={classNames('font-semibold', LOOK[line.level].ink)}>{capital(line.words)}</p>
						<Names line={line} impact={impact} target={target} />
						{line.more > 0 && <p className="mt-0.5 text-ink-2">and {line.more} more: read the SQL.</p>}
					</li>
				))}
			</ul>
		</section>
	);
}

/** Each thing by name, with what the target says about it as soon as it has said it. */
function Names({ line, impact, target }: { line: HarmLine; impact: Promise<Impact>; target: string }) {
	if (line.names.length === 0) return null;
	return (
		<ul className="mt-1 grid gap-1.5">
			{line.names.map((name, index) => {
				const ask = line.asks[index];
				return (
					<li key={name}>
						<p className="flex flex-wrap gap-x-2">
							<code className="font-medium">{name}</code>
							<Suspense fallback={<span className="text-sm text-ink-3">asking {target}…</span>}>
								<span className="text-sm text-ink-2">
									<SizeWords impact={impact} name={ask?.name ?? name} />
								</span>
							</Suspense>
						</p>
						{ask && (
							<Suspense fallback={null}>
								<FallsWith ask={ask} impact={impact} target={target} />
							</Suspense>
						)}
					</li>
				);
			})}
		</ul>
	);
}

const WITH_IT: Record<FallsAsk['by'], { some: string; none: string | null }> = {
	drop_cascade: { some: 'Dropped with it:', none: 'Nothing else depends on it.' },
	drop: { some: 'Removed with it:', none: null },
	truncate_cascade: { some: 'Emptied with it:', none: 'No other table refers to it.' },
	truncate: { some: 'Emptied with it:', none: null },
	delete: { some: 'Rows also deleted (ON DELETE CASCADE) from:', none: null },
};

async function FallsWith({ ask, impact, target }: { ask: FallsAsk; impact: Promise<Impact>; target: string }) {
	const answer = await impact;
	const isAsked = ask.by === 'drop_cascade' || ask.by === 'truncate_cascade';
	if (!answer.measured)
		return isAsked ? (
			<p className="text-sm text-wait">
				What falls with it is not known: {target} did not say ({answer.why}).
			</p>
		) : null;
	const falls = answer.falls[keyOfAsk(ask)];
	if (!falls || falls.missing)
		return <p className="text-sm text-wait">{`Not found on ${target} now, so it is unknown what is dropped with it.`}</p>;
	const { some, none } = WITH_IT[ask.by];
	if (falls.names.length === 0) return none && <p className="text-sm text-ink-2">{none}</p>;
	return (
		<div className="text-sm">
			<p className="font-medium text-fail">{some}</p>
			<ul className="ml-4 list-disc marker:text-ink-3">
				{falls.names.map((name) => (
					<li key={name}>
						<code>{name}</code>
					</li>
				))}
				{falls.more > 0 && <li>and {falls.more.toLocaleString('en')} more</li>}
			</ul>
		</div>
	);
}

function capital(words: string): string {
	return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}
