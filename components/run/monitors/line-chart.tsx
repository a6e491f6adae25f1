import { memo } from 'react';
import { CHART, type Course, chartPath, type Frame, topOf, yOf } from './chart-path.ts';

type LineChartProps = {
	course: Course;
	fromMs: number;
	toMs: number;
	/** Drawn as a dashed line; null for none. */
	limit: number | null;
	/** The text for screen readers. */
	label: string;
};

/** One metric over time as a line, its limit dashed. The scale starts at zero. */
export const LineChart = memo(function LineChart({ course, fromMs, toMs, limit, label }: LineChartProps) {
	const shown = course.filter(({ t }) => t >= fromMs && t <= toMs);
	const frame: Frame = { fromMs, toMs, top: topOf(shown, limit) };
	const limitY = limit === null ? null : yOf(limit, frame);
	return (
		<svg
			role="img"
			aria-label={label}
			viewBox={`0 0 ${CHART.width} ${CHART.height}`}
			preserveAspectRatio="none"
			className="block h-[34px] w-full overflow-visible"
			fill="none"
		>
			{limitY !== null && (
				<path
					d={`M0 ${limitY}H${CHART.width}`}
					className="stroke-fail"
					strokeWidth={1}
					strokeDasharray="3 3"
					vectorEffect="non-scaling-stroke"
				/>
			)}
			<path
				d={chartPath(shown, frame)}
				className="stroke-accent"
				strokeWidth={1.5}
				strokeLinecap="round"
				strokeLinejoin="round"
				vectorEffect="non-scaling-stroke"
			/>
		</svg>
	);
});
