/** What has changed in a target's catalog since a revision was filed, a line for each object; or why that is not known. */
export type Drift = { known: true; hasChanged: boolean; objects: string[]; more: number } | { known: false; why: string };
