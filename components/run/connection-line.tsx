import { CircleCheck, KeyRound, WifiOff } from 'lucide-react';
import type { Connection } from './use-run-stream.ts';

/** Whether this page is connected to the run. It has a fixed place, so nothing moves when its text changes. */
export function ConnectionLine({ connection, path }: { connection: Connection; path: string }) {
	return (
		<span role="status" data-print="hide" className="inline-flex min-h-[22px] items-center gap-1.5">
			{connection === 'lost' && (
				<>
					<WifiOff className="size-3.5 text-unknown" aria-hidden />
					<span className="text-unknown">Reconnecting… The run continues</span>
				</>
			)}
			{connection === 'resumed' && (
				<>
					<CircleCheck className="size-3.5 text-done" aria-hidden />
					<span className="text-done">Connected again. Nothing was missed</span>
				</>
			)}
			{connection === 'signed out' && (
				<>
					<KeyRound className="size-3.5 text-wait" aria-hidden />
					<span>
						Your session has ended. The run continues.{' '}
						<a href={`/sign-in?callbackUrl=${encodeURIComponent(path)}`} className="text-accent underline">
							Sign in again
						</a>
					</span>
				</>
			)}
		</span>
	);
}
