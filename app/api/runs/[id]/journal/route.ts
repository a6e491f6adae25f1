import { store } from '#lib/store/client.ts';
import { readJournalBefore } from '#lib/stream/read-journal.ts';
import { answer } from '../../../answer.ts';
import { requireRun, rowNumber } from '../../require-run.ts';

/** The rows of a run's journal before row `?before`: the earlier lines of a long log. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
	return answer(async () => {
		const { runId } = await requireRun(request, params);
		const before = rowNumber(new URL(request.url).searchParams.get('before') ?? '1');
		const part = await readJournalBefore(store(), { runId, before });
		return Response.json(part, { headers: { 'cache-control': 'no-store' } });
	});
}
