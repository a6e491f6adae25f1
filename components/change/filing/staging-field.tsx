import Link from 'next/link';
import { TextArea } from '#components/ui/form/field.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { type Route, routeWords } from '#lib/domain/route.ts';
import type { Nameable } from '#lib/domain/target/names.ts';

/** A target that a change can be filed for. `staging`: the name of its staging target; `isStaging`: it is one itself. */
export type FormTarget = { name: string; window: string; nameable: Nameable; staging: string | null; isStaging: boolean };

type Props = {
	target: FormTarget | null;
	/** How the bundle would come to it, as far as it was checked. */
	route: Route | null;
	value: string;
	onChange: (text: string) => void;
	error: string | undefined;
};

/** What has run on the staging target before; where nothing has, why it goes straight to production. */
export function StagingField({ target, route, value, onChange, error }: Props) {
	if (target?.isStaging)
		return (
			<Notice tone="neutral" title={`${target.name} is a staging target`}>
				When it has succeeded here, you file it for production with one press.
			</Notice>
		);
	if (route?.kind === 'staged' && error === undefined) {
		return (
			<Notice tone="done" title={routeWords(route)}>
				The signers see that run, and nothing has to be explained.{' '}
				<Link href={`/runs/${route.run}`} target="_blank" className="underline">
					See that run
				</Link>
			</Notice>
		);
	}
	return (
		<TextArea
			id="whyNotStaging"
			label="Why not staging → production"
			hint={hintOf(target, route)}
			value={value}
			onChange={(event) => onChange(event.target.value)}
			error={error}
		/>
	);
}

function hintOf(target: FormTarget | null, route: Route | null): string {
	const quoted = 'The Chairman’s statement quotes it.';
	if (!target?.staging) return `Why the usual way is not possible. ${quoted}`;
	if (route === null) return `Needed unless exactly this bundle has succeeded on ${target.staging}. ${quoted}`;
	return `This bundle has not succeeded on ${target.staging}: run it there first, or say why not. ${quoted}`;
}
