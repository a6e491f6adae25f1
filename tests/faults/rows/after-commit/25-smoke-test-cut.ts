import { noAnswerToSmokeTest } from '../../harm/inconclusive.ts';
import type { Row } from '../../row.ts';

export const smokeTestCut: Row = {
	row: 25,
	step: 'smoke',
	fault: 'connection cut',
	required: 'inconclusive is not a pass; asked again',
	async run(world) {
		await noAnswerToSmokeTest(world, { fate: (caught) => caught.cut() });
		return 'cut 3 times: inconclusive, maintenance mode stayed on; asked again: passed';
	},
};
