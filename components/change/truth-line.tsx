import { CircleCheck, CircleQuestionMark, History, Lock } from 'lucide-react';
import { TONE_INK, type Tone } from '#components/ui/tone.ts';
import { type Truth, truthAtWords } from '#lib/domain/run.ts';

/** Whether the change is committed: the banner's line, small enough for a list. */
export function TruthLine({ truth }: { truth: Truth }) {
	const { tone, icon: Icon, words } = lookOf(truth);
	return (
		<span className={`inline-flex items-center gap-1.5 font-medium ${TONE_INK[tone]}`}>
			<Icon className="size-4 flex-none" strokeWidth={1.75} aria-hidden />
			{words}
		</span>
	);
}

function lookOf(truth: Truth): { tone: Tone; icon: typeof Lock; words: string } {
	switch (truth.kind) {
		case 'nothing_committed':
			return { tone: 'done', icon: Lock, words: 'Nothing committed yet' };
		case 'checking':
			return { tone: 'unknown', icon: CircleQuestionMark, words: 'Unknown: checking' };
		case 'committed':
			return { tone: 'wait', icon: CircleCheck, words: truthAtWords(truth) };
		case 'restored':
			return { tone: 'fail', icon: History, words: truthAtWords(truth) };
	}
}
