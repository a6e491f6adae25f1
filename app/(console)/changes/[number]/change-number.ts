import { notFound } from 'next/navigation';

/** The change's number from the address; anything else is answered "not found". */
export async function changeNumber(params: Promise<{ number: string }>): Promise<number> {
	const { number } = await params;
	if (!/^[1-9]\d{0,8}$/.test(number)) notFound();
	return Number(number);
}
