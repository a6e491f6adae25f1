import { noAnswerToSmokeTest } from '../../harm/inconclusive.ts';
import type { Row } from '../../row.ts';

export const smokeTestSilent: Row = {
	row: 40,
	step: 'smoke',
	fault: 'the line goes silent, and nothing is closed',
	required: 'inconclusive is not a pass; asked again',
	long: true,
	async run(world) {
		await noAnswerToSmokeTest(world, { fate: () => undefined, timeouts: { statement: '1s' } });
		return 'no answer 3 times: inconclusive, maintenance mode stayed on; asked again: passed';
	},
};
