'use client';

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

/**
 * A native modal dialog: the browser keeps the focus inside, Escape closes it, and focus returns to where it was.
 * The page decides when it is open; `onClose` runs however it was closed.
 */
export function Dialog({ open, onClose, title, children }: { open: boolean; onClose: () => void; title: ReactNode; children: ReactNode }) {
	const dialog = useRef<HTMLDialogElement>(null);
	const titleId = useId();

	useEffect(() => {
		if (open && !dialog.current?.open) dialog.current?.showModal();
		if (!open) dialog.current?.close();
	}, [open]);

	return (
		<dialog
			ref={dialog}
			aria-labelledby={titleId}
			onClose={onClose}
			className="panel m-auto w-[min(520px,calc(100vw-24px))] max-h-[calc(100dvh-48px)] overflow-auto p-0 text-ink"
		>
			<header className="flex items-start justify-between gap-3 px-5 pt-4">
				<h2 id={titleId} className="text-xl font-semibold tracking-[-0.015em]">
					{title}
				</h2>
				<button
					type="button"
					onClick={() => dialog.current?.close()}
					className="-mt-1 -mr-2 grid size-8 flex-none place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink"
				>
					<X className="size-4" aria-hidden />
					<span className="sr-only">Close</span>
				</button>
			</header>
			<div className="px-5 pt-2 pb-5">{open && children}</div>
		</dialog>
	);
}
