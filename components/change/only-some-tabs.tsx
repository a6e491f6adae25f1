'use client';

import { lazily } from '#components/ui/lazily.tsx';

// What only some tabs of a change show: the page that everybody opens first does not wait for it.
export const FileDiff = lazily(() => import('./comparing/file-diff.tsx').then((file) => file.FileDiff));
export const LinePicker = lazily(() => import('./commenting/line-picker.tsx').then((file) => file.LinePicker));
export const NewComment = lazily(() => import('./commenting/new-comment.tsx').then((file) => file.NewComment));
export const RehearsalProgress = lazily(() => import('./rehearsing/rehearsal-progress.tsx').then((file) => file.RehearsalProgress));
export const ThreadActions = lazily(() => import('./commenting/thread-actions.tsx').then((file) => file.ThreadActions));
