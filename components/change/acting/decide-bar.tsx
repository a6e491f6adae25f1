import { OctagonAlert } from 'lucide-react';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { HiddenInView } from './hidden-in-view.tsx';

type Harm = { level: 'loses' | 'opens' | 'hides' | 'none'; words: string };

type Props = {
	harm: Harm;
	label: string;
	/** The id of the heading above the form. */
	to: string;
};

/** On a narrow screen, at the bottom edge while one reads: the way to the signature, and the worst of what it would allow. */
export function DecideBar({ harm, label, to }: Props) {
	const isBad = harm.level === 'loses' || harm.level === 'opens';
	return (
		<HiddenInView
			of={to}
			className="fixed inset-x-0 bottom-[calc(52px+env(safe-area-inset-bottom))] z-10 border-t border-line bg-panel px-3 py-2.5 sm:bottom-0 sm:px-6 lg:hidden"
		>
			{harm.level !== 'none' && (
				<p className={`mb-2 flex gap-2 text-sm font-medium ${isBad ? 'text-fail' : 'text-wait'}`}>
					<OctagonAlert className="mt-px size-4 flex-none" aria-hidden />
					<span className="line-clamp-3">{harm.words}</span>
				</p>
			)}
			<ButtonLink href={`#${to}`} kind="primary" size="large" className="w-full">
				{label}…
			</ButtonLink>
		</HiddenInView>
	);
}
