import { expect, test } from 'vitest';
import { heldBy } from '#lib/postgres/connection/target-encoding.ts';

test('words of ours become what the database can hold', () => {
	const words = 'Žofia “Löwe” 🙂';
	expect(heldBy('UTF8', words)).toBe(words);
	expect(heldBy('SQL_ASCII', words)).toBe(words);
	expect(heldBy('LATIN1', words)).toBe('?ofia ?Löwe? ?');
	expect(heldBy('EUC_JP', words)).toBe('?ofia ?L?we? ?');
});
