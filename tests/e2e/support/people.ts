import { PEOPLE } from '#scripts/demo/people.ts';

/** Who takes part in the browser tests: people of the demo, by their first names. */
export const CAST = {
	rui: 'Rui Almeida',
	mei: 'Mei Tanaka',
	dana: 'Dana Brandt',
	samir: 'Samir Osei',
	charles: 'Charles Nwosu',
	olga: 'Olga Petrov',
	ines: 'Ines Duarte',
	aude: 'Aude Laurent',
	ada: 'Ada Min',
} as const;
export type CastName = keyof typeof CAST;

export function emailOf(name: CastName): string {
	const person = PEOPLE.find((one) => one.name === CAST[name]);
	if (!person) throw new Error(`${CAST[name]} is not among the demo’s people`);
	return person.email;
}
