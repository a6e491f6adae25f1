import { renderAudit } from '#lib/record/render-audit.ts';
import { store } from '#lib/store/client.ts';
import { readAudit } from '#lib/views/run/read-audit.ts';
import { answer } from '../../../answer.ts';
import { requireRun } from '../../require-run.ts';

/** The audit file of a run. The server chooses its name. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
	return answer(async () => {
		const { runId } = await requireRun(request, params);
		const audit = await readAudit(store(), runId);
		return new Response(renderAudit(audit), {
			headers: {
				'content-type': 'text/markdown; charset=utf-8',
				'content-disposition': `attachment; filename="${audit.change}-run-${audit.run}-audit.md"`,
				'cache-control': 'no-store',
			},
		});
	});
}
