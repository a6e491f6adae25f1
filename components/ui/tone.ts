import { CircleCheck, CircleQuestionMark, CircleX, Clock, Info, type LucideIcon } from 'lucide-react';

/** What a colour means. It is never used alone: an icon and a word are always beside it. */
export const TONES = ['neutral', 'accent', 'done', 'wait', 'fail', 'unknown'] as const;
export type Tone = (typeof TONES)[number];

export const TONE_ICON: Record<Tone, LucideIcon | null> = {
	neutral: null,
	accent: Info,
	done: CircleCheck,
	wait: Clock,
	fail: CircleX,
	unknown: CircleQuestionMark,
};

export const TONE_INK: Record<Tone, string> = {
	neutral: 'text-ink-2',
	accent: 'text-accent',
	done: 'text-done',
	wait: 'text-wait',
	fail: 'text-fail',
	unknown: 'text-unknown',
};

export const TONE_SOFT: Record<Tone, string> = {
	neutral: 'bg-sunken',
	accent: 'bg-accent-soft',
	done: 'bg-done-soft',
	wait: 'bg-wait-soft',
	fail: 'bg-fail-soft',
	unknown: 'bg-unknown-soft',
};
