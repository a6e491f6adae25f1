import { createContext } from 'react';

/** What is shown in a form that acts may say here that it must not be sent now, or may again. */
export const ActBlocked = createContext<(isBlocked: boolean) => void>(() => undefined);
