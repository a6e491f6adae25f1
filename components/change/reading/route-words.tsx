import { CircleCheck, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { Digest } from '#components/ui/copyable.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { routeWords, type SeenRoute } from '#lib/domain/route.ts';

/** How the change comes to its target: what has succeeded on staging, with the run itself; or that nothing has. */
export function RouteWords({ route }: { route: SeenRoute }) {
	if (route.flaw !== null)
		return (
			<Notice tone="fail" title="This does not hold any more">
				{routeWords(route)} But {route.flaw}.
			</Notice>
		);
	if (route.kind !== 'staged') {
		return (
			<p className="prose flex gap-2">
				{route.kind === 'direct' && <TriangleAlert className="mt-0.5 size-4 flex-none text-wait" aria-hidden />}
				<span>{routeWords(route)}</span>
			</p>
		);
	}
	return (
		<div className="grid gap-1">
			<p className="prose flex gap-2">
				<CircleCheck className="mt-0.5 size-4 flex-none text-done" aria-hidden />
				<span>{routeWords(route)}</span>
			</p>
			<p className="flex flex-wrap items-center gap-x-3 gap-y-1 pl-6 text-sm text-ink-2">
				<span>Verified from the record</span>
				<Link href={`/runs/${route.run}`} prefetch={false} className="text-accent hover:underline max-sm:py-2">
					See that run
				</Link>
				<span className="flex items-center gap-1.5">
					Bundle <Digest value={route.bundle} label="digest of the bundle" />
				</span>
			</p>
		</div>
	);
}
