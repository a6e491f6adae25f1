import { readRecordSeq } from '#lib/record/record-seq.ts';
import { store } from '#lib/store/client.ts';

/** How new a page is. Asked before the page reads anything, so that what comes later is not taken for shown. */
export async function liveNow(): Promise<{ at: string; seq: number }> {
	const seq = await readRecordSeq(store());
	return { at: new Date().toISOString(), seq };
}
