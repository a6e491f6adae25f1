import { notFound } from 'next/navigation';

/** The change's number out of the address; anything else is not found. */
export async function changeNumber(params: Promise<{ number: string }>): Promise<number> {
	const { number } = await params;
	if (!/^[1-9]\d{0,8}$/.test(number)) notFound();
	return Number(number);
}
