/** The id of the form that opens a comment, which the numbers beside the lines belong to. */
export const LINE_PICKER = 'pick-a-line';
