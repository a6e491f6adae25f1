import { countWords } from './count-words.ts';

/** "6 smoke tests, 4 verifications"; `lacks` when no smoke test is among them. */
export function checkWords({ smokeTests, verifications }: { smokeTests: number; verifications: number }): {
	words: string;
	lacks: boolean;
} {
	const tests = smokeTests === 0 ? 'no smoke tests' : countWords(smokeTests, 'smoke test');
	const inside = verifications === 0 ? 'no verifications' : countWords(verifications, 'verification');
	return { words: `${tests}, ${inside}`, lacks: smokeTests === 0 };
}
